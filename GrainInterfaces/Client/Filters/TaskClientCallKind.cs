namespace OrleansTasks;

/// <summary>Defines the kinds of client calls and the type of their answers.</summary>
public enum TaskClientCallKind
{
    /// <summary>Starts a run and waits for it. The answer is its <see cref="TaskResult"/>; a failed run throws no exception here.</summary>
    Run = 0,

    /// <summary>Stores a run that starts now or later. The answer is its <see cref="RunId"/>.</summary>
    Dispatch = 1,

    /// <summary>Stores a batch of runs. The answer is its id, a <see cref="Guid"/>.</summary>
    Batch = 2,

    /// <summary>Triggers a run by hand. The answer is its <see cref="RunId"/>.</summary>
    Trigger = 3,

    /// <summary>Creates runs for past occurrences. The answer is a list of their <see cref="RunId"/> values.</summary>
    Backfill = 4,
}
