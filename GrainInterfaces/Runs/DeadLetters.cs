namespace OrleansTasks.Runs;

/// <summary>Decides which runs are dead letters, and what state they are in. Pure.</summary>
internal static class DeadLetters
{
    /// <summary>The maximum number of marks that are kept with a run, the latest ones.</summary>
    public const int MaxMarks = 20;

    /// <summary>Gets the statuses of dead letters.</summary>
    public static IReadOnlyList<RunStatus> Statuses { get; } = [RunStatus.Failed, RunStatus.TimedOut, RunStatus.Lost];

    /// <summary>Returns whether a run with a status is a dead letter.</summary>
    public static bool Has(RunStatus status) => status is RunStatus.Failed or RunStatus.TimedOut or RunStatus.Lost;

    /// <summary>Returns the state after a mark. Acknowledging a retried run leaves it retried.</summary>
    public static DeadLetterState After(DeadLetterState state, DeadLetterState mark) =>
        (state, mark) is (DeadLetterState.Retried, DeadLetterState.Acknowledged) ? state : mark;

    /// <summary>Returns the state after some marks.</summary>
    public static DeadLetterState After(IReadOnlyList<RunMark> marks)
    {
        var state = DeadLetterState.Open;
        foreach (var mark in marks)
        {
            state = After(state, mark.State);
        }

        return state;
    }

    /// <summary>Returns the state of a run that may have been retried without a mark.</summary>
    /// <param name="marked">The state after its marks.</param>
    /// <param name="hasRetry">Whether a retry of it is known.</param>
    public static DeadLetterState StateOf(DeadLetterState marked, bool hasRetry) =>
        hasRetry && marked is (DeadLetterState.Open or DeadLetterState.Acknowledged) ? DeadLetterState.Retried : marked;

    /// <summary>Adds a mark to others, unless it repeats the last one.</summary>
    /// <returns>The marks; null if nothing changes.</returns>
    public static IReadOnlyList<RunMark>? Add(IReadOnlyList<RunMark> marks, RunMark mark) =>
        marks.Count > 0 && marks[^1] with { At = mark.At } == mark
            || (mark.RetriedBy is { } retry && marks.Any(m => m.RetriedBy == retry))
            ? null
            : [.. marks.TakeLast(MaxMarks - 1), mark];

    /// <summary>Returns the fault of a note, or null.</summary>
    public static string? FaultOf(string? note) => note?.Length > RunMark.MaxNote
        ? $"The note has {note.Length} characters; {RunMark.MaxNote} are allowed. Shorten it."
        : null;
}
