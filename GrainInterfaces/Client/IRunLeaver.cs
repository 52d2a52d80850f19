namespace OrleansTasks.Client;

/// <summary>What a program needs that must not wait for a run any longer, and must not end it either: one that is being stopped.</summary>
internal interface IRunLeaver
{
    /// <summary>Runs a task under an id that the caller knows, and waits for it.</summary>
    /// <param name="run">The run's id: a new one (<see cref="RunId.NewValue"/>).</param>
    /// <param name="arguments">The arguments; null for the task's own.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="leave">Ends the waiting and leaves the run alone.</param>
    /// <param name="ct">Ends the waiting and cancels the run.</param>
    /// <returns>What the run came to; null if it was left.</returns>
    Task<TaskResult?> RunOrLeaveAsync(RunId run, TaskArguments? arguments, RunOptions? options, CancellationToken leave, CancellationToken ct);
}
