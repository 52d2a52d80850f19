namespace OrleansTasks.Running;

/// <summary>Provides what an attempt needs from its silo.</summary>
internal interface IAttemptHost
{
    /// <summary>Runs an attempt that has a place.</summary>
    void Execute(RunningRun run);

    /// <summary>Ends an attempt that was stopped before it started.</summary>
    void EndUnstarted(RunningRun run);

    /// <summary>Checks, after some time, whether an attempt that was asked to stop has ended.</summary>
    ITimer Watch(RunningRun run);

    /// <summary>Reports that an attempt continues although it was asked to stop.</summary>
    void SayIgnoring(RunningRun run);

    /// <summary>Runs a timer's callback on an attempt. Its exceptions must not end the thread, and with it the process.</summary>
    void OnTimer(RunningRun run, Action<RunningRun> call);

    /// <summary>Releases the place of an attempt.</summary>
    void ReleasePlace();

    /// <summary>Takes a place for a running attempt that released its own.</summary>
    Task TakePlaceAsync();
}
