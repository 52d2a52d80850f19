namespace OrleansTasks.Simulation;

/// <summary>A task of a history, as it is registered first.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Options">Its options.</param>
/// <param name="Period">How often it is due; null if it has no schedule.</param>
internal sealed record TaskPlan(string Name, TaskOptions Options, TimeSpan? Period)
{
    private static readonly TimeSpan ShortestLimited = TimeSpan.FromSeconds(4);

    public string Handler { get; init; } = SimCluster.Handler;

    /// <summary>Whether runs of it are asked for by themselves, and not only as what follows others.</summary>
    public bool IsAskedFor { get; init; } = true;

    /// <summary>Whether it is paused, changed or cancelled in the course of the history.</summary>
    public bool Changes { get; init; }

    /// <summary>Whether it is cancelled.</summary>
    public bool MayBeCancelled { get; init; }

    /// <summary>Whether its schedule stays what it is: a silo that does not hear of a change at once may make an occurrence that is not planned any more.</summary>
    public bool KeepsSchedule { get; init; } = true;

    /// <summary>Whether it begins each occurrence in time when all is well: nothing limits its runs, and nobody changes it.</summary>
    public bool IsPunctual => !Changes && Options is { Overlap: OverlapPolicy.Allow, Group: null, MaxConcurrentRuns: null, RateLimit: null };

    /// <summary>The same with short runs, and not too many of them: its runs may have to wait for each other, and are all to be made in the end.</summary>
    public TaskPlan Limited() => this with { Handler = SimCluster.Quick, Period = Period < ShortestLimited ? ShortestLimited : Period };

    public TaskRegistration ToRegistration() => new() { Name = Name, Handler = Handler, Schedule = Period is { } period ? TaskSchedule.Every(period) : null, Options = Options };
}
