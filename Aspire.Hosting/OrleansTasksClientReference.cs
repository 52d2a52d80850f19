namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a web server refers to that has no silo of its own; see <see cref="OrleansTasksBuilderExtensions.AsClient"/>.</summary>
public sealed class OrleansTasksClientReference
{
    internal OrleansTasksClientReference(IResourceBuilder<OrleansTasksResource> tasks) => Tasks = tasks;

    /// <summary>The cluster.</summary>
    public IResourceBuilder<OrleansTasksResource> Tasks { get; }
}
