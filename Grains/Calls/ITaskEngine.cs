using Orleans.Concurrency;
using OrleansTasks.Records;
using OrleansTasks.Runs;

namespace OrleansTasks.Calls;

/// <summary>Defines the engine's own calls to a task grain, in addition to <see cref="ITaskGrain"/>.</summary>
[Alias("OrleansTasks.ITaskEngine")]
internal interface ITaskEngine : IGrainWithStringKey
{
    /// <summary>Makes the grain ask its partition for news: something is due soon, or was changed.</summary>
    [Alias("Wake")]
    Task WakeAsync();

    /// <summary>Removes the history of a task that no longer exists.</summary>
    [Alias("Forget")]
    Task ForgetAsync();

    /// <summary>Reports the outcome of an attempt on another silo.</summary>
    [Alias("Report")]
    Task ReportAsync(RunOrder order, RunOutcome outcome);

    /// <summary>Reports the progress of a handler on another silo.</summary>
    [Alias("Progress"), OneWay]
    Task ProgressAsync(Guid run, RunProgress progress);

    /// <summary>Reports that a run on another silo continues although it was asked to stop.</summary>
    [Alias("IgnoresCancellation"), OneWay]
    Task IgnoresCancellationAsync(Guid run);

    /// <summary>Returns those of some runs that are active with a place in the task's group, or request one.</summary>
    [Alias("HaveGroupPlaces")]
    Task<IReadOnlyList<Guid>> HaveGroupPlacesAsync(IReadOnlyList<Guid> runs);

    /// <summary>
    /// Tells the task that the handler of a run starts or stops waiting for another run or a batch. While it waits, it lends its place
    /// among those of the task (<see cref="TaskOptions.MaxConcurrentRuns"/>).
    /// </summary>
    /// <returns>False if it stopped waiting and there is no place for it yet. The caller must ask again, and gets the next place.</returns>
    [Alias("Awaits")]
    Task<bool> AwaitsAsync(Guid run, Awaited awaited, bool begins);

    /// <summary>Returns what the runs of a batch that this task has in memory are doing.</summary>
    [Alias("OfBatch")]
    Task<BatchWork> OfBatchAsync(Guid batch);

    /// <summary>Reports that a run waits for another that does not start.</summary>
    [Alias("Stuck"), OneWay]
    Task StuckAsync(Guid run, string note);

    /// <summary>
    /// Ends runs of the task that its partition has cancelled: those that wait, and active ones, whose handlers are asked to stop.
    /// </summary>
    [Alias("EndCalledOff")]
    Task EndCalledOffAsync(IReadOnlyList<Guid> runs);

    /// <summary>Asks whether a silo that stalled may start an attempt that was ordered from it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="attempt">The number of the attempt.</param>
    /// <param name="offer">The id of the order.</param>
    /// <param name="silo">The silo.</param>
    /// <returns>False if it must not start. Then nothing is reported.</returns>
    [Alias("ConfirmOrder")]
    Task<bool> ConfirmOrderAsync(Guid run, int attempt, Guid offer, SiloAddress silo);

    /// <summary>Stores what the handler of a run has saved. It is stored when the call returns.</summary>
    /// <param name="run">The run.</param>
    /// <param name="offer">The id of the order by which the run's silo has it.</param>
    /// <param name="checkpoint">What was saved.</param>
    /// <exception cref="CheckpointRefusedException">The attempt is not the present one any more.</exception>
    [Alias("SaveCheckpoint")]
    Task SaveCheckpointAsync(Guid run, Guid offer, RunCheckpoint checkpoint);

    /// <summary>Cancels the task from inside one of its runs, which continues.</summary>
    [Alias("CancelFrom")]
    Task<bool> CancelFromAsync(Guid run);
}
