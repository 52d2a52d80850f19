namespace OrleansTasks.Simulation;

/// <summary>Represents a task of a history, as it is first registered.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Options">Its options.</param>
/// <param name="Period">How often it is due; null if it has no schedule.</param>
internal sealed record TaskPlan(string Name, TaskOptions Options, TimeSpan? Period)
{
    private static readonly TimeSpan ShortestLimited = TimeSpan.FromSeconds(4);

    public string Handler { get; init; } = SimCluster.Handler;

    /// <summary>Gets whether clients request runs of it directly, not only as continuations.</summary>
    public bool IsAskedFor { get; init; } = true;

    /// <summary>Gets whether it is paused, changed or cancelled during the history.</summary>
    public bool Changes { get; init; }

    /// <summary>Gets whether it is cancelled.</summary>
    public bool MayBeCancelled { get; init; }

    /// <summary>
    /// Gets whether its schedule never changes. A silo that hears of a change late may start an occurrence that is no longer planned.
    /// </summary>
    public bool KeepsSchedule { get; init; } = true;

    /// <summary>Gets whether it begins each occurrence in time without faults: nothing limits its runs, and nobody changes it.</summary>
    public bool IsPunctual =>
        !Changes && Options is { Overlap: OverlapPolicy.Allow, Group: null, MaxConcurrentRuns: null, RateLimit: null };

    /// <summary>
    /// Returns the task with short and less frequent runs. They may have to wait for each other, but all of them must run in the end.
    /// </summary>
    public TaskPlan Limited() => this with { Handler = SimCluster.Quick, Period = Period < ShortestLimited ? ShortestLimited : Period };

    public TaskRegistration ToRegistration() =>
        new() { Name = Name, Handler = Handler, Schedule = Period is { } period ? TaskSchedule.Every(period) : null, Options = Options };
}
