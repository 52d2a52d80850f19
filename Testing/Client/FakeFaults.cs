namespace OrleansTasks.Testing.Client;

/// <summary>Rejects what a cluster would reject.</summary>
internal static class FakeFaults
{
    /// <summary>Throws if there are faults.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="faults">The faults, or null for none.</param>
    /// <exception cref="InvalidTaskException">There are faults.</exception>
    public static void ThrowIfAny(string task, IReadOnlyList<string>? faults)
    {
        if (faults is { Count: > 0 })
        {
            throw new InvalidTaskException(task, faults);
        }
    }
}
