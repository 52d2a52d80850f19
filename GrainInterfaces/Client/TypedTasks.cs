using System.Diagnostics.CodeAnalysis;

namespace OrleansTasks;

/// <summary>Provides a property for each task that the source generator found, such as <c>client.Tasks.SendMail</c>.</summary>
/// <param name="client">The client.</param>
[SuppressMessage("Performance", "CA1815", Justification = "Nobody compares the way to a call.")]
public readonly struct TypedTasks(ITaskClient client)
{
    /// <summary>Gets the client that makes the calls.</summary>
    public ITaskClient Client { get; } = client;
}

/// <summary>Provides the client property that holds the source generator's members.</summary>
public static class TypedTasksExtensions
{
    extension(ITaskClient client)
    {
        /// <summary>
        /// Gets the tasks that are declared with <see cref="TaskAttribute"/> or <see cref="TaskContractAttribute"/>, each as a property.
        /// </summary>
        public TypedTasks Tasks => new(client);
    }
}
