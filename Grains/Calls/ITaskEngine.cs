using Orleans.Concurrency;
using OrleansTasks.Runs;

namespace OrleansTasks.Calls;

/// <summary>What the engine itself asks of a task grain, besides <see cref="ITaskGrain"/>.</summary>
[Alias("OrleansTasks.ITaskEngine")]
internal interface ITaskEngine : IGrainWithStringKey
{
    /// <summary>Has the grain ask its partition what is new: something is due soon, or was changed.</summary>
    [Alias("Wake")]
    Task WakeAsync();

    /// <summary>Removes the history of a task that is no more.</summary>
    [Alias("Forget")]
    Task ForgetAsync();

    /// <summary>Says what came of an attempt on another silo.</summary>
    [Alias("Report")]
    Task ReportAsync(RunOrder order, RunOutcome outcome);

    /// <summary>Says what a handler on another silo said of its progress.</summary>
    [Alias("Progress"), OneWay]
    Task ProgressAsync(Guid run, RunProgress progress);

    /// <summary>Says that a run on another silo goes on although it was asked to stop.</summary>
    [Alias("IgnoresCancellation"), OneWay]
    Task IgnoresCancellationAsync(Guid run);

    /// <summary>Which of some runs are under way with a place in the task's group, or ask for one.</summary>
    [Alias("HaveGroupPlaces")]
    Task<IReadOnlyList<Guid>> HaveGroupPlacesAsync(IReadOnlyList<Guid> runs);

    /// <summary>
    /// Says that the handler of a run begins, or has ceased, to wait for another run or a batch. While it waits it lends its place among those of the task (<see cref="TaskOptions.MaxConcurrentRuns"/>).
    /// </summary>
    /// <returns>False if it ceased and there is no place for it yet: it is to ask again, and the next one is its.</returns>
    [Alias("Awaits")]
    Task<bool> AwaitsAsync(Guid run, Awaited awaited, bool begins);

    /// <summary>What runs of a batch do that this task has in memory.</summary>
    [Alias("OfBatch")]
    Task<BatchWork> OfBatchAsync(Guid batch);

    /// <summary>Says that a run waits for another that does not begin.</summary>
    [Alias("Stuck"), OneWay]
    Task StuckAsync(Guid run, string note);

    /// <summary>Ends runs of the task that its partition has called off: those that wait, and those under way, whose handlers are told.</summary>
    [Alias("EndCalledOff")]
    Task EndCalledOffAsync(IReadOnlyList<Guid> runs);

    /// <summary>Asks whether a silo that stood still is to start an attempt that it was ordered.</summary>
    /// <param name="run">The run.</param>
    /// <param name="attempt">Which attempt.</param>
    /// <param name="offer">Names the order.</param>
    /// <param name="silo">The silo.</param>
    /// <returns>False if it is not to, and nothing is to be told.</returns>
    [Alias("ConfirmOrder")]
    Task<bool> ConfirmOrderAsync(Guid run, int attempt, Guid offer, SiloAddress silo);

    /// <summary>Cancels the task from inside one of its runs, which goes on.</summary>
    [Alias("CancelFrom")]
    Task<bool> CancelFromAsync(Guid run);
}
