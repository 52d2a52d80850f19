using OrleansTasks.Text;

namespace OrleansTasks;

/// <summary>Names the person or program for whom calls are made, so that requested changes of tasks and runs carry a name.</summary>
/// <example><code>using (TaskActor.As("alice")) { await client.GetTask("report").PauseAsync("quarter end"); }</code></example>
/// <remarks>
/// The name travels with the calls in Orleans' <see cref="RequestContext"/>. It is information for people and grants no rights.
/// </remarks>
public static class TaskActor
{
    private const string Key = "orleans-tasks.by";
    private const int MaxLength = 200;

    /// <summary>Gets the name of whoever makes the current call, or null if none is set.</summary>
    public static string? Current => RequestContext.Get(Key) as string;

    /// <summary>Sets the name for all calls in this async flow until the returned object is disposed.</summary>
    /// <param name="name">The name, for people to read. Text beyond 200 characters is cut off. Null or empty sets no name.</param>
    /// <returns>An object that restores the previous name when disposed.</returns>
    public static IDisposable As(string? name)
    {
        var before = RequestContext.Get(Key);
        Set(string.IsNullOrEmpty(name) ? null : ShownText.Of(name, MaxLength));
        return new Restore(before);
    }

    private static void Set(object? name)
    {
        if (name is null)
        {
            RequestContext.Remove(Key);
        }
        else
        {
            RequestContext.Set(Key, name);
        }
    }

    private sealed class Restore(object? before) : IDisposable
    {
        public void Dispose() => Set(before);
    }
}
