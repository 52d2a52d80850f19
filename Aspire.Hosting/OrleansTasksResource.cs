namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// Represents a cluster that runs tasks: the settings that its silos and web servers share. It has no process of its own.
/// </summary>
/// <param name="name">The name of the resource. It is also the cluster's id unless another one is set.</param>
public sealed class OrleansTasksResource(string name) : Resource(name)
{
    /// <summary>
    /// Gets or sets the id that distinguishes clusters that share a database (Orleans' <c>ClusterId</c> and <c>ServiceId</c>). Default: the
    /// name of the resource.
    /// </summary>
    public string ClusterId { get; internal set; } = name;

    /// <summary>
    /// Gets or sets the path of the dashboard on web servers with a reference, or null if they have none. Default: <c>/tasks</c>.
    /// </summary>
    public string? DashboardPath { get; internal set; } = "/tasks";

    /// <summary>
    /// Gets or sets the path of the readiness check on programs with a reference, or null if they have none. Default: <c>/health/ready</c>.
    /// </summary>
    public string? HealthPath { get; internal set; } = "/health/ready";

    /// <summary>
    /// Gets or sets the kind of database for tasks and the membership table, as in the setting <c>Cluster:Provider</c>. Null until one is
    /// selected.
    /// </summary>
    public string? Provider { get; private set; }

    /// <summary>Gets or sets the database, or null until one is selected.</summary>
    public IResourceWithConnectionString? Database { get; private set; }

    internal void Use(string provider, IResourceWithConnectionString database) => (Provider, Database) = (provider, database);
}
