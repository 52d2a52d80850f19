namespace OrleansTasks.Outbox.Relay;

/// <summary>Lists what can happen to a row that was handed over.</summary>
internal enum RelayVerdictKind
{
    /// <summary>The cluster has stored the run. The row is deleted.</summary>
    Accept,

    /// <summary>The cluster does not accept the run now. The row is handed over again later.</summary>
    Postpone,

    /// <summary>The cluster will never accept the run. The row is set aside.</summary>
    Refuse,

    /// <summary>The cluster accepts nothing. The whole relay pauses.</summary>
    Outage,
}
