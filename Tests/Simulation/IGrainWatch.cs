namespace OrleansTasks.Simulation;

/// <summary>Observes what grains do that callers cannot see, so that a violation can be attributed to the right activation.</summary>
internal interface IGrainWatch
{
    /// <summary>Called when a grain is activated.</summary>
    /// <param name="activation">The activation.</param>
    void OnActivated(SimActivation activation);

    /// <summary>Called when a grain has answered a call. The caller may never receive the answer.</summary>
    /// <param name="activation">The activation that answers.</param>
    /// <param name="call">The call.</param>
    void OnAnswered(SimActivation activation, PendingCall call);
}
