namespace OrleansTasks.Outbox.Relay;

/// <summary>Contains what a relay last did, for the health check and the metrics. Thread-safe.</summary>
/// <param name="name">The name of the outbox.</param>
/// <param name="options">The settings.</param>
/// <param name="time">The time.</param>
internal sealed class RelayStatus(string name, OutboxOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private RelayReport _report = new(RelayState.Starting, time.GetUtcNow(), null, null);

    public string Name => name;

    public OutboxOptions Options => options;

    public TimeProvider Time => time;

    public RelayReport Report
    {
        get
        {
            lock (_gate)
            {
                return _report;
            }
        }
    }

    /// <summary>Sets what the relay does.</summary>
    public void Set(RelayState state, string? trouble = null)
    {
        lock (_gate)
        {
            _report = _report with
            {
                State = state,
                Since = state == _report.State ? _report.Since : time.GetUtcNow(),
                Trouble = trouble,
                Counts = state == RelayState.Active ? _report.Counts : null,
            };
        }
    }

    /// <summary>Sets how many rows there are. Only the active relay knows.</summary>
    public void Set(OutboxCounts counts)
    {
        lock (_gate)
        {
            _report = _report with { Counts = counts };
        }
    }
}
