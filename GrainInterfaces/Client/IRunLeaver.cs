namespace OrleansTasks.Client;

/// <summary>Serves programs that are stopping: they must stop waiting for a run without cancelling it.</summary>
internal interface IRunLeaver
{
    /// <summary>Runs a task under an id that the caller chooses, and waits for it.</summary>
    /// <param name="run">The run's id, which must be new (<see cref="RunId.NewValue"/>).</param>
    /// <param name="arguments">The arguments, or null for the task's own.</param>
    /// <param name="options">The options of the run.</param>
    /// <param name="leave">A token that ends the wait without cancelling the run.</param>
    /// <param name="ct">A token that ends the wait and cancels the run.</param>
    /// <returns>The result of the run, or null if the wait ended without cancelling it.</returns>
    Task<TaskResult?> RunOrLeaveAsync(RunId run, TaskArguments? arguments, RunOptions? options, CancellationToken leave,
        CancellationToken ct);
}
