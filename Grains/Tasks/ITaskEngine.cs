using Orleans.Concurrency;

namespace OrleansTasks;

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

    /// <summary>Cancels the task from inside one of its runs, which goes on.</summary>
    [Alias("CancelFrom")]
    Task<bool> CancelFromAsync(Guid run);
}
