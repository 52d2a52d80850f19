namespace OrleansTasks.Outbox.Relay;

/// <summary>Lists what a relay does.</summary>
internal enum RelayState
{
    /// <summary>It has not reached the database yet.</summary>
    Starting,

    /// <summary>It hands rows over.</summary>
    Active,

    /// <summary>Another process has the lease.</summary>
    Standby,

    /// <summary>The database or the cluster cannot be reached. It tries again.</summary>
    Failing,

    /// <summary>Its host stops.</summary>
    Stopped,
}
