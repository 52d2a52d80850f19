using System.Diagnostics.Metrics;
using OrleansTasks.Outbox.Rows;
using OrleansTasks.Telemetry;

namespace OrleansTasks.Outbox.Relay;

/// <summary>Contains the instruments of a process' relays.</summary>
internal sealed class RelayMetrics : IDisposable
{
    private const string Outbox = "orleanstasks.outbox";
    private readonly Meter? _own;
    private readonly Counter<long> _rows;
    private readonly Histogram<double> _delay;
    private readonly List<RelayStatus> _relays = [];

    public RelayMetrics(IMeterFactory? meters = null)
    {
        var version = typeof(RelayMetrics).Assembly.GetName().Version?.ToString(3);
        var meter = meters?.Create(TasksTelemetry.MeterName, version) ?? (_own = new Meter(TasksTelemetry.MeterName, version));
        _rows = meter.CreateCounter<long>("orleanstasks.outbox.rows", "{row}", "Rows that the relay handed over, by what became of them.");
        _delay = meter.CreateHistogram<double>("orleanstasks.outbox.delay", "s",
            "Time from the dispatch in the transaction to its acceptance by the cluster.");
        meter.CreateObservableGauge("orleanstasks.outbox.waiting", () => Observe(static c => c.Waiting), "{row}",
            "Rows that wait in the outbox, of the active relay.");
        meter.CreateObservableGauge("orleanstasks.outbox.refused", () => Observe(static c => c.Refused), "{row}",
            "Rows in the outbox that were refused for good, of the active relay.");
    }

    public void Add(RelayStatus relay)
    {
        lock (_relays)
        {
            _relays.Add(relay);
        }
    }

    /// <summary>Counts rows that were handed over.</summary>
    public void Count(string outbox, IReadOnlyList<(OutboxRow Row, RelayVerdict Verdict)> verdicts, DateTimeOffset now)
    {
        try
        {
            foreach (var (row, verdict) in verdicts)
            {
                var name = new KeyValuePair<string, object?>(Outbox, outbox);
                _rows.Add(1, name, new KeyValuePair<string, object?>(TelemetryTags.Status, StatusOf(verdict.Kind)));
                if (verdict.Kind == RelayVerdictKind.Accept)
                {
                    _delay.Record(Math.Max(0, now.ToUnixTimeMilliseconds() - row.CreatedAt) / 1000d, name);
                }
            }
        }
        catch (Exception)
        {
            // One of the host's listeners threw. This does not change what became of the rows.
            return;
        }
    }

    // The host's factory disposes the others.
    public void Dispose() => _own?.Dispose();

    private static string StatusOf(RelayVerdictKind kind) => kind switch
    {
        RelayVerdictKind.Accept => "accepted",
        RelayVerdictKind.Refuse => "refused",
        _ => "postponed",
    };

    private List<Measurement<long>> Observe(Func<OutboxCounts, long> read)
    {
        lock (_relays)
        {
            return [.. _relays.Select(static r => (r.Name, r.Report.Counts)).Where(static r => r.Counts is not null)
                .Select(r => new Measurement<long>(read(r.Counts!), new KeyValuePair<string, object?>(Outbox, r.Name)))];
        }
    }
}
