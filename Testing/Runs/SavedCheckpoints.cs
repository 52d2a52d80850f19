using OrleansTasks.Records;

namespace OrleansTasks.Testing;

/// <summary>Represents what a handler has saved for its next attempt, for assertions.</summary>
public sealed class SavedCheckpoints
{
    private readonly RunCheckpoint? _last;

    internal SavedCheckpoints(IReadOnlyList<RunCheckpoint> all, RunCheckpoint? before)
    {
        _last = all.Count > 0 ? all[^1] : before;
        Count = all.Count;
    }

    /// <summary>Gets the number of writes. What is saved at the same time is written together.</summary>
    public int Count { get; }

    /// <summary>Gets a value indicating whether there is a value, saved by the handler or given by the test.</summary>
    public bool HasValue => _last?.Value is not null;

    /// <summary>Gets the names of the completed steps, in the order of their ends.</summary>
    public IReadOnlyList<string> Steps => [.. (_last?.Steps ?? []).Select(static s => s.Name)];

    /// <summary>Returns the value that was saved last.</summary>
    /// <typeparam name="T">The type to read the value as.</typeparam>
    /// <returns>The value, or the type's default if there is none.</returns>
    /// <exception cref="TaskValueMismatchException">The value cannot be read as the type.</exception>
    public T? Value<T>() => _last?.Value is { } json ? TaskJson.ReadValue<T>(json, null, "checkpoint") : default;

    /// <summary>Returns the stored result of a step.</summary>
    /// <typeparam name="T">The type to read the result as.</typeparam>
    /// <param name="name">The step's name.</param>
    /// <returns>The result, or the type's default if the step is not completed.</returns>
    /// <exception cref="TaskValueMismatchException">The result cannot be read as the type.</exception>
    public T? Step<T>(string name) =>
        _last?.FindStep(name) is { } json ? TaskJson.ReadValue<T>(json, null, $"result of the step '{name}'") : default;

    /// <summary>Returns the number of items of a list that are done (<see cref="TaskRunContext.Items{T}"/>).</summary>
    /// <param name="name">The list's name. Default: "items".</param>
    /// <returns>The number.</returns>
    public int ItemsDone(string name = "items") => _last?.DoneOf(name) ?? 0;
}
