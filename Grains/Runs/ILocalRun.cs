namespace OrleansTasks.Runs;

/// <summary>Represents an attempt on this silo, as its task sees it.</summary>
internal interface ILocalRun
{
    RunOrder Order { get; }

    /// <summary>Gets when the attempt's handler was called; null if it was not called yet.</summary>
    DateTimeOffset? StartedAt { get; }

    /// <summary>Asks the run to stop. If it has not started, it ends at once.</summary>
    /// <param name="cause"><see cref="RunStatus.Cancelled"/> or <see cref="RunStatus.TimedOut"/>, of which the first one counts; null when
    /// the silo stops.</param>
    void Cancel(RunStatus? cause);

    /// <summary>Returns the attempt as other silos see it.</summary>
    HeldRun ToHeld();
}
