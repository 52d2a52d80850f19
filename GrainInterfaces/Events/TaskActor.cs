using OrleansTasks.Text;

namespace OrleansTasks;

/// <summary>Says for whom calls are made, so that changes of tasks and runs that are asked for bear a name.</summary>
/// <example><code>using (TaskActor.As("alice")) { await client.GetTask("report").PauseAsync("quarter end"); }</code></example>
/// <remarks>The name travels with the calls in Orleans' <see cref="RequestContext"/>. It is a note for people, not a check of rights.</remarks>
public static class TaskActor
{
    private const string Key = "orleans-tasks.by";
    private const int MaxLength = 200;

    /// <summary>For whom the present call is made; null if that was not said.</summary>
    public static string? Current => RequestContext.Get(Key) as string;

    /// <summary>Has calls bear a name, from here on in this flow of control, until what it gives is disposed.</summary>
    /// <param name="name">The name, for people. What goes beyond 200 characters is cut off. Null or empty: no name.</param>
    /// <returns>Ends it.</returns>
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
