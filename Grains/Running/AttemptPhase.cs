namespace OrleansTasks.Running;

/// <summary>Where an attempt is that a silo has: in exactly one of these.</summary>
internal enum AttemptPhase
{
    /// <summary>It has not begun: it waits for a place, or for a thread.</summary>
    Waiting,

    /// <summary>Its handler is called.</summary>
    Running,

    /// <summary>It is over, and what it came to is being told.</summary>
    Ended,
}

/// <summary>What happens to an attempt.</summary>
internal enum AttemptEvent
{
    /// <summary>It has a place and a thread.</summary>
    Begin,

    /// <summary>It is to stop, for whatever reason.</summary>
    Stop,

    /// <summary>Its handler has returned, or thrown.</summary>
    End,
}

/// <summary>The life of an attempt as one table. Pure.</summary>
internal static class AttemptLifecycle
{
    /// <summary>The phase after an event.</summary>
    /// <returns>Null if the event cannot follow.</returns>
    public static AttemptPhase? Next(AttemptPhase phase, AttemptEvent happens) => (phase, happens) switch
    {
        (AttemptPhase.Waiting, AttemptEvent.Begin) => AttemptPhase.Running,
        (AttemptPhase.Waiting, AttemptEvent.Stop) => AttemptPhase.Ended,

        // A handler is asked, and may go on.
        (AttemptPhase.Running, AttemptEvent.Stop) => AttemptPhase.Running,
        (AttemptPhase.Running, AttemptEvent.End) => AttemptPhase.Ended,
        _ => null,
    };
}
