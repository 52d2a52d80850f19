using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using OrleansTasks.Runs;
using OrleansTasks.Telemetry;

namespace OrleansTasks.Watching;

/// <summary>The instruments of a silo's engine that count and measure what happens. What is described in <c>docs/telemetry.md</c> is a contract. An instrument that nobody listens to costs one look.</summary>
internal sealed class SiloMetrics : IDisposable
{
    private readonly TaskLabels _labels;
    private readonly Meter? _own;
    private readonly Counter<long> _runs;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _lateness;
    private readonly Histogram<double> _queueTime;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _missed;
    private readonly Counter<long> _skipped;
    private readonly Counter<long> _claims;
    private readonly Counter<long> _writes;
    private readonly Histogram<double> _writeDuration;

    /// <param name="options">The silo's options.</param>
    /// <param name="meters">The host's meters; null: this silo makes its own.</param>
    public SiloMetrics(IOptions<TasksOptions> options, IMeterFactory? meters = null)
    {
        Meter = meters?.Create(TasksTelemetry.MeterName, SiloBuckets.Version) ?? (_own = new Meter(TasksTelemetry.MeterName, SiloBuckets.Version));
        _labels = new TaskLabels(options.Value.MaxTaggedTasks);
        _runs = Meter.CreateCounter<long>("orleanstasks.runs", "{run}", "Runs that have ended.");
        _duration = Meter.CreateHistogram("orleanstasks.run.duration", "s", "How long the last attempt of a run took.", advice: SiloBuckets.OfRuns);
        _lateness = Meter.CreateHistogram("orleanstasks.run.lateness", "s", "By how much the run of an occurrence began after its instant.", advice: SiloBuckets.OfWaits);
        _queueTime = Meter.CreateHistogram("orleanstasks.run.queue_time", "s", "How long a run waited from when it was due until its first attempt began.", advice: SiloBuckets.OfWaits);
        _retries = Meter.CreateCounter<long>("orleanstasks.run.retries", "{attempt}", "Attempts that are to follow others which did not end their runs.");
        _missed = Meter.CreateCounter<long>("orleanstasks.occurrences.missed", "{occurrence}", "Occurrences that should have fired and did not.");
        _skipped = Meter.CreateCounter<long>("orleanstasks.occurrences.skipped", "{occurrence}", "Occurrences that were left out on purpose.");
        _claims = Meter.CreateCounter<long>("orleanstasks.claims", "{claim}", "Claims of occurrences that tasks of this silo made.");
        _writes = Meter.CreateCounter<long>("orleanstasks.storage.writes", "{write}", "Records written to storage.");
        _writeDuration = Meter.CreateHistogram("orleanstasks.storage.write.duration", "s", "How long a write took.", advice: SiloBuckets.OfWaits);
    }

    /// <summary>The meter, for instruments that look when they are asked.</summary>
    public Meter Meter { get; }

    /// <summary>Whether somebody wants to know of writes.</summary>
    public bool WatchesWrites => _writes.Enabled || _writeDuration.Enabled;

    /// <summary>Whether somebody wants to know of missed occurrences.</summary>
    public bool WatchesMissed => _missed.Enabled;

    /// <summary>A run has ended.</summary>
    public void NoteEnded(TaskResult result)
    {
        if (_runs.Enabled)
        {
            _runs.Add(1, TaskTag(result.Task), new(TelemetryTags.Status, TelemetryTags.Of(result.Status)), new(TelemetryTags.Trigger, TelemetryTags.Of(result.Trigger)));
        }

        if (_duration.Enabled && result.StartedAt is { } started)
        {
            _duration.Record(Seconds(result.FinishedAt - started), TaskTag(result.Task), new KeyValuePair<string, object?>(TelemetryTags.Status, TelemetryTags.Of(result.Status)));
        }
    }

    /// <summary>An attempt begins.</summary>
    public void NoteStarted(RunOrder order, DateTimeOffset at)
    {
        // What is due again after an attempt is not told from here; and a backfill was due long ago.
        if (order.Attempt != 1 || order.Trigger == RunTrigger.Backfill)
        {
            return;
        }

        if (_queueTime.Enabled)
        {
            _queueTime.Record(Seconds(at - order.ScheduledAt), TaskTag(order.RunId.Task), new KeyValuePair<string, object?>(TelemetryTags.Trigger, TelemetryTags.Of(order.Trigger)));
        }

        if (_lateness.Enabled && order.Trigger == RunTrigger.Schedule)
        {
            _lateness.Record(Seconds(at - order.ScheduledAt), TaskTag(order.RunId.Task));
        }
    }

    /// <summary>Another attempt follows one that did not end its run.</summary>
    /// <param name="task">The task.</param>
    /// <param name="reason"><c>failed</c>, <c>snoozed</c> or <c>lost</c>.</param>
    public void NoteRetry(string task, string reason)
    {
        if (_retries.Enabled)
        {
            _retries.Add(1, TaskTag(task), new KeyValuePair<string, object?>(TelemetryTags.Reason, reason));
        }
    }

    /// <summary>Occurrences were missed.</summary>
    public void NoteMissed(string task, OutcomeReason reason, int count = 1)
    {
        if (_missed.Enabled)
        {
            _missed.Add(count, TaskTag(task), new KeyValuePair<string, object?>(TelemetryTags.Reason, TelemetryTags.Of(reason)));
        }
    }

    /// <summary>An occurrence was left out.</summary>
    public void NoteSkipped(string task, OutcomeReason reason)
    {
        if (_skipped.Enabled)
        {
            _skipped.Add(1, TaskTag(task), new KeyValuePair<string, object?>(TelemetryTags.Reason, TelemetryTags.Of(reason)));
        }
    }

    /// <summary>Claims were answered.</summary>
    /// <param name="count">How many.</param>
    /// <param name="status"><c>granted</c>, <c>refused</c> or <c>failed</c>.</param>
    public void NoteClaims(int count, string status)
    {
        if (_claims.Enabled && count > 0)
        {
            _claims.Add(count, new KeyValuePair<string, object?>(TelemetryTags.Status, status));
        }
    }

    /// <summary>A record was written, or not.</summary>
    /// <param name="storage">The storage.</param>
    /// <param name="record">The kind of record.</param>
    /// <param name="took">How long that took.</param>
    /// <param name="status"><c>written</c>, <c>conflict</c> or <c>failed</c>.</param>
    public void NoteWrite(string storage, string record, TimeSpan took, string status)
    {
        var tags = new TagList { { TelemetryTags.Storage, storage }, { TelemetryTags.Record, record }, { TelemetryTags.Status, status } };
        _writes.Add(1, tags);
        _writeDuration.Record(took.TotalSeconds, tags);
    }

    // The host's factory has the others.
    public void Dispose() => _own?.Dispose();

    private KeyValuePair<string, object?> TaskTag(string task) => new(TelemetryTags.Task, _labels.Of(task));

    private static double Seconds(TimeSpan span) => span > TimeSpan.Zero ? span.TotalSeconds : 0;
}
