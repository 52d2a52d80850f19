namespace OrleansTasks.Running;

/// <summary>Lists the phases of an attempt on a silo. Each attempt is in exactly one of them.</summary>
internal enum AttemptPhase
{
    /// <summary>The attempt has not started: it waits for a place or a thread.</summary>
    Waiting,

    /// <summary>The handler is running.</summary>
    Running,

    /// <summary>The attempt has ended, and its outcome is being reported.</summary>
    Ended,
}

/// <summary>Lists the events of an attempt.</summary>
internal enum AttemptEvent
{
    /// <summary>The attempt has got a place and a thread.</summary>
    Begin,

    /// <summary>The attempt is asked to stop, for any reason.</summary>
    Stop,

    /// <summary>The handler has returned or thrown.</summary>
    End,
}

/// <summary>Defines the lifecycle of an attempt as one table. Pure.</summary>
internal static class AttemptLifecycle
{
    /// <summary>Returns the phase after an event.</summary>
    /// <returns>The phase, or null if the event is not possible in the present one.</returns>
    public static AttemptPhase? Next(AttemptPhase phase, AttemptEvent happens) => (phase, happens) switch
    {
        (AttemptPhase.Waiting, AttemptEvent.Begin) => AttemptPhase.Running,
        (AttemptPhase.Waiting, AttemptEvent.Stop) => AttemptPhase.Ended,

        // A handler is only asked to stop, and may continue.
        (AttemptPhase.Running, AttemptEvent.Stop) => AttemptPhase.Running,
        (AttemptPhase.Running, AttemptEvent.End) => AttemptPhase.Ended,
        _ => null,
    };
}
