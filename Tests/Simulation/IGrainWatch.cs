namespace OrleansTasks.Simulation;

/// <summary>Is told what grains do that those outside the cluster do not see, so that it can be judged by whose fault something is so.</summary>
internal interface IGrainWatch
{
    /// <summary>A grain was activated.</summary>
    /// <param name="activation">Its activation.</param>
    void OnActivated(SimActivation activation);

    /// <summary>A grain has answered a call, which its caller may never hear.</summary>
    /// <param name="activation">The activation that answers.</param>
    /// <param name="call">The call.</param>
    void OnAnswered(SimActivation activation, PendingCall call);
}
