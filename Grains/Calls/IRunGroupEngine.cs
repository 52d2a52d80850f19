using OrleansTasks.Runs;

namespace OrleansTasks.Calls;

/// <summary>Defines the engine's own calls to a group, in addition to <see cref="IRunGroupGrain"/>.</summary>
[Alias("OrleansTasks.IRunGroupEngine")]
internal interface IRunGroupEngine : IGrainWithStringKey
{
    /// <summary>Waits a while for a place for a run. A run that has a place gets it again.</summary>
    /// <param name="run">The run.</param>
    /// <param name="priority">Its priority.</param>
    /// <param name="mark">The mark of the request. It is the same when the request is repeated.</param>
    /// <returns>Whether it has a place. If not, the caller must ask again, and the run keeps its turn.</returns>
    /// <exception cref="StaleTaskException">A later request has arrived.</exception>
    [Alias("Ask")]
    Task<bool> AcquireAsync(RunId run, RunPriority priority, PlaceMark mark);

    /// <summary>Releases a run's place, unless it was requested again since.</summary>
    /// <param name="run">The run.</param>
    /// <param name="unused">Whether the run has not started with it.</param>
    /// <param name="mark">The mark of the request by which it has the place.</param>
    [Alias("Leave")]
    Task ReleaseAsync(RunId run, bool unused, PlaceMark mark);

    /// <summary>
    /// Returns to a run the place that it lent by releasing it, before any run that has not started. This does not count for the rate
    /// limit.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="mark">The mark of the request. It differs from that of the request for the lent place.</param>
    /// <returns>Whether it has a place. If not, the caller must ask again soon, and the run keeps its turn.</returns>
    /// <exception cref="StaleTaskException">A later request has arrived.</exception>
    [Alias("Return")]
    Task<bool> ReturnAsync(RunId run, PlaceMark mark);

    /// <summary>
    /// Applies the limits in a silo's code, unless they are the same as in its code before: then limits that were set since remain.
    /// </summary>
    /// <param name="limits">The limits.</param>
    /// <param name="again">
    /// Whether that silo has sent them before. Then they apply only if the group has lost its storage, and no other silo's code has set
    /// limits.
    /// </param>
    [Alias("Define")]
    Task DefineAsync(RunGroup limits, bool again);

    /// <summary>
    /// Applies or removes the limits of a configuration, unless a later configuration has set them. If it has set them before, limits that
    /// were set since remain.
    /// </summary>
    /// <param name="limits">The limits. Null: those that code set last, or none.</param>
    /// <param name="number">The place of the configuration in the order of configurations.</param>
    /// <param name="again">
    /// Whether that silo has sent them before. Then they apply only if the group has lost its storage, and that configuration is still in
    /// force.
    /// </param>
    [Alias("Configure")]
    Task ConfigureAsync(RunGroup? limits, long number, bool again);
}
