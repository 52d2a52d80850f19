namespace OrleansTasks;

/// <summary>What a call asks for, and what its answer is.</summary>
public enum TaskClientCallKind
{
    /// <summary>A run that is waited for. The answer is its <see cref="TaskResult"/>; that a run has failed is no exception here.</summary>
    Run = 0,

    /// <summary>A run that is stored, to be made now or later. The answer is its <see cref="RunId"/>.</summary>
    Dispatch = 1,

    /// <summary>A batch of runs. The answer is its id, a <see cref="Guid"/>.</summary>
    Batch = 2,

    /// <summary>A run that is started by hand. The answer is its <see cref="RunId"/>.</summary>
    Trigger = 3,

    /// <summary>Runs for occurrences of the past. The answer is their ids, a list of <see cref="RunId"/>.</summary>
    Backfill = 4,
}
