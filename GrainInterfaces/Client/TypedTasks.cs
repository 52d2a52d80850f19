using System.Diagnostics.CodeAnalysis;

namespace OrleansTasks;

/// <summary>The tasks that the source generator has seen: it adds a property for each, such as <c>client.Tasks.SendMail</c>.</summary>
/// <param name="client">The client.</param>
[SuppressMessage("Performance", "CA1815", Justification = "Nobody compares the way to a call.")]
public readonly struct TypedTasks(ITaskClient client)
{
    /// <summary>Gets the client that makes the calls.</summary>
    public ITaskClient Client { get; } = client;
}

/// <summary>The property of clients under which the source generator's members are found.</summary>
public static class TypedTasksExtensions
{
    extension(ITaskClient client)
    {
        /// <summary>Gets the tasks that are declared with <see cref="TaskAttribute"/> or <see cref="TaskContractAttribute"/>, each as a property.</summary>
        public TypedTasks Tasks => new(client);
    }
}
