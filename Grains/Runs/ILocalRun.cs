namespace OrleansTasks.Runs;

/// <summary>An attempt on this silo, as its task sees it.</summary>
internal interface ILocalRun
{
    RunOrder Order { get; }

    /// <summary>When its handler was called; null if it was not yet.</summary>
    DateTimeOffset? StartedAt { get; }

    /// <summary>Asks the run to stop. One that has not begun ends at once.</summary>
    /// <param name="cause"><see cref="RunStatus.Cancelled"/> or <see cref="RunStatus.TimedOut"/>, and the first one counts; null when the silo stops.</param>
    void Cancel(RunStatus? cause);

    /// <summary>The attempt as other silos see it.</summary>
    HeldRun ToHeld();
}
