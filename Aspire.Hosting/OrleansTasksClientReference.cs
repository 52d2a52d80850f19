namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// Represents a reference to a cluster for a web server that has no silo of its own. See
/// <see cref="OrleansTasksBuilderExtensions.AsClient"/>.
/// </summary>
public sealed class OrleansTasksClientReference
{
    internal OrleansTasksClientReference(IResourceBuilder<OrleansTasksResource> tasks) => Tasks = tasks;

    /// <summary>Gets the cluster.</summary>
    public IResourceBuilder<OrleansTasksResource> Tasks { get; }
}
