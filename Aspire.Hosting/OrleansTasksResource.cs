namespace Aspire.Hosting.ApplicationModel;

/// <summary>A cluster that runs tasks: what its silos and its web servers have in common. It is no process of its own.</summary>
/// <param name="name">The name of the resource, and of the cluster unless it is given another one.</param>
public sealed class OrleansTasksResource(string name) : Resource(name)
{
    /// <summary>Tells clusters apart that share a database (Orleans' <c>ClusterId</c> and <c>ServiceId</c>). Default: the name of the resource.</summary>
    public string ClusterId { get; internal set; } = name;

    /// <summary>Where web servers with a reference serve the dashboard; null if they do not. Default: <c>/tasks</c>.</summary>
    public string? DashboardPath { get; internal set; } = "/tasks";

    /// <summary>Where programs with a reference say whether they are ready; null if they do not. Default: <c>/health/ready</c>.</summary>
    public string? HealthPath { get; internal set; } = "/health/ready";

    /// <summary>The kind of database that has tasks and the list of silos, as the setting <c>Cluster:Provider</c> names it; null as long as none is chosen.</summary>
    public string? Provider { get; private set; }

    /// <summary>That database; null as long as none is chosen.</summary>
    public IResourceWithConnectionString? Database { get; private set; }

    internal void Use(string provider, IResourceWithConnectionString database) => (Provider, Database) = (provider, database);
}
