using OrleansTasks.Runs;

namespace OrleansTasks.Calls;

/// <summary>What the engine itself asks of a group, besides <see cref="IRunGroupGrain"/>.</summary>
[Alias("OrleansTasks.IRunGroupEngine")]
internal interface IRunGroupEngine : IGrainWithStringKey
{
    /// <summary>Waits a while for a place for a run. One that has a place has it again.</summary>
    /// <param name="run">The run.</param>
    /// <param name="priority">Its priority.</param>
    /// <param name="mark">Which ask it is. It is the same when it is repeated.</param>
    /// <returns>Whether it has one; if not, it is to ask again, and keeps its turn.</returns>
    /// <exception cref="StaleTaskException">A later ask has come.</exception>
    [Alias("Ask")]
    Task<bool> AcquireAsync(RunId run, RunPriority priority, PlaceMark mark);

    /// <summary>Gives a run's place back, unless it was asked for again since.</summary>
    /// <param name="run">The run.</param>
    /// <param name="unused">Whether it has not begun with it.</param>
    /// <param name="mark">The ask by which it has the place.</param>
    [Alias("Leave")]
    Task ReleaseAsync(RunId run, bool unused, PlaceMark mark);

    /// <summary>Gives a run the place again that it has lent by giving it back, before any run that has not begun. It counts for no rate.</summary>
    /// <param name="run">The run.</param>
    /// <param name="mark">Which ask it is, other than the one by which it had the place that it has lent.</param>
    /// <returns>Whether it has one; if not, it is to ask again soon, and keeps its turn.</returns>
    /// <exception cref="StaleTaskException">A later ask has come.</exception>
    [Alias("Return")]
    Task<bool> ReturnAsync(RunId run, PlaceMark mark);

    /// <summary>Takes the limits that a silo's code has, unless they are those that its code had before: what was set since then stays.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="again">Whether that silo has said so before: then they are for a group that has lost what was stored, and no other silo's code.</param>
    [Alias("Define")]
    Task DefineAsync(RunGroup limits, bool again);

    /// <summary>Takes the limits that a configuration sets, or gives back, unless a later one has spoken; those that were set since it did stay.</summary>
    /// <param name="limits">The limits; null: those that code had last, or none.</param>
    /// <param name="number">The place of the configuration in their order.</param>
    /// <param name="again">Whether that silo has said so before: then they are for a group that has lost what was stored, if that configuration is in force still.</param>
    [Alias("Configure")]
    Task ConfigureAsync(RunGroup? limits, long number, bool again);
}
