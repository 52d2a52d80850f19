namespace OrleansTasks.Running;

/// <summary>What an attempt needs of the silo that it is on.</summary>
internal interface IAttemptHost
{
    /// <summary>Makes an attempt that has a place.</summary>
    void Execute(RunningRun run);

    /// <summary>Ends an attempt that was stopped before it began.</summary>
    void EndUnstarted(RunningRun run);

    /// <summary>Looks, some time from now, whether an attempt that was asked to stop has ended.</summary>
    ITimer Watch(RunningRun run);

    /// <summary>Says that an attempt goes on although it was asked to stop.</summary>
    void SayIgnoring(RunningRun run);

    /// <summary>Has a timer do something to an attempt: what it throws must not end its thread, and the process with it.</summary>
    void OnTimer(RunningRun run, Action<RunningRun> call);

    /// <summary>Gives back a place that an attempt has.</summary>
    void ReleasePlace();

    /// <summary>Takes a place for an attempt that is under way and gave its own back.</summary>
    Task TakePlaceAsync();
}
