using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using OrleansTasks.Runs;
using OrleansTasks.Telemetry;

namespace OrleansTasks.Watching;

/// <summary>
/// Contains the instruments of a silo's engine that count and measure events. Their description in <c>docs/telemetry.md</c> is a contract.
/// An instrument without listeners costs one check. Exceptions of listeners are ignored, because they must not fail a run.
/// </summary>
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

    /// <summary>Creates the instruments.</summary>
    /// <param name="options">The silo's options.</param>
    /// <param name="meters">The host's meters. Null: this silo creates its own.</param>
    public SiloMetrics(IOptions<TasksOptions> options, IMeterFactory? meters = null)
    {
        Meter = meters?.Create(TasksTelemetry.MeterName, SiloBuckets.Version)
            ?? (_own = new Meter(TasksTelemetry.MeterName, SiloBuckets.Version));
        _labels = new TaskLabels(options.Value.MaxTaggedTasks);
        _runs = Meter.CreateCounter<long>("orleanstasks.runs", "{run}", "Runs that have ended.");
        _duration = Meter.CreateHistogram("orleanstasks.run.duration", "s", "Duration of the last attempt of a "
            + "run.", advice: SiloBuckets.OfRuns);
        _lateness = Meter.CreateHistogram("orleanstasks.run.lateness", "s", "Time from an occurrence to the start of its "
            + "run.", advice: SiloBuckets.OfWaits);
        _queueTime = Meter.CreateHistogram("orleanstasks.run.queue_time", "s", "Time from the due time of a run to the start of its first "
            + "attempt.", advice: SiloBuckets.OfWaits);
        _retries = Meter.CreateCounter<long>("orleanstasks.run.retries", "{attempt}", "Further attempts that were scheduled after an "
            + "attempt that did not end its run.");
        _missed = Meter.CreateCounter<long>("orleanstasks.occurrences.missed", "{occurrence}", "Occurrences that should have fired but "
            + "did not.");
        _skipped = Meter.CreateCounter<long>("orleanstasks.occurrences.skipped", "{occurrence}",
            "Occurrences that were left out on purpose.");
        _claims = Meter.CreateCounter<long>("orleanstasks.claims", "{claim}", "Claims of occurrences that tasks of this silo made.");
        _writes = Meter.CreateCounter<long>("orleanstasks.storage.writes", "{write}", "Records written to storage.");
        _writeDuration = Meter.CreateHistogram(
            "orleanstasks.storage.write.duration", "s", "Duration of a write.", advice: SiloBuckets.OfWaits);
    }

    /// <summary>Gets the meter, for observable instruments.</summary>
    public Meter Meter { get; }

    /// <summary>Gets whether somebody listens to writes.</summary>
    public bool WatchesWrites => _writes.Enabled || _writeDuration.Enabled;

    /// <summary>Gets whether somebody listens to missed occurrences.</summary>
    public bool WatchesMissed => _missed.Enabled;

    /// <summary>Records that a run has ended.</summary>
    /// <param name="result">Its result.</param>
    /// <param name="began">When the attempt that ended it started, or null if it ended between attempts, or before the first one.</param>
    public void NoteEnded(TaskResult result, DateTimeOffset? began)
    {
        if (_runs.Enabled)
        {
            Add(_runs, 1,
                [TaskTag(result.Task), new(TelemetryTags.Status, TelemetryTags.Of(result.Status)),
                    new(TelemetryTags.Trigger, TelemetryTags.Of(result.Trigger))]);
        }

        if (_duration.Enabled && began is { } started)
        {
            Record(_duration, result.FinishedAt - started,
                [TaskTag(result.Task), new(TelemetryTags.Status, TelemetryTags.Of(result.Status))]);
        }
    }

    /// <summary>Records that an attempt starts.</summary>
    public void NoteStarted(RunOrder order, DateTimeOffset at)
    {
        // The due time of a later attempt is not known here, and a backfill was due long ago.
        if (order.Attempt != 1 || order.Trigger == RunTrigger.Backfill)
        {
            return;
        }

        if (_queueTime.Enabled)
        {
            Record(_queueTime, at - order.ScheduledAt,
                [TaskTag(order.RunId.Task), new(TelemetryTags.Trigger, TelemetryTags.Of(order.Trigger))]);
        }

        if (_lateness.Enabled && order.Trigger == RunTrigger.Schedule)
        {
            Record(_lateness, at - order.ScheduledAt, [TaskTag(order.RunId.Task)]);
        }
    }

    /// <summary>Records that another attempt follows one that did not end its run.</summary>
    /// <param name="task">The task.</param>
    /// <param name="reason"><c>failed</c>, <c>snoozed</c> or <c>lost</c>.</param>
    public void NoteRetry(string task, string reason)
    {
        if (_retries.Enabled)
        {
            Add(_retries, 1, [TaskTag(task), new(TelemetryTags.Reason, reason)]);
        }
    }

    /// <summary>Records missed occurrences.</summary>
    public void NoteMissed(string task, OutcomeReason reason, int count = 1)
    {
        if (_missed.Enabled)
        {
            Add(_missed, count, [TaskTag(task), new(TelemetryTags.Reason, TelemetryTags.Of(reason))]);
        }
    }

    /// <summary>Records a skipped occurrence.</summary>
    public void NoteSkipped(string task, OutcomeReason reason)
    {
        if (_skipped.Enabled)
        {
            Add(_skipped, 1, [TaskTag(task), new(TelemetryTags.Reason, TelemetryTags.Of(reason))]);
        }
    }

    /// <summary>Records answers to claims.</summary>
    /// <param name="count">The number of claims.</param>
    /// <param name="status"><c>granted</c>, <c>refused</c> or <c>failed</c>.</param>
    public void NoteClaims(int count, string status)
    {
        if (_claims.Enabled && count > 0)
        {
            Add(_claims, count, [new(TelemetryTags.Status, status)]);
        }
    }

    /// <summary>Records the write of a record, or its failure.</summary>
    /// <param name="storage">The storage.</param>
    /// <param name="record">The kind of record.</param>
    /// <param name="took">The duration.</param>
    /// <param name="status"><c>written</c>, <c>conflict</c> or <c>failed</c>.</param>
    public void NoteWrite(string storage, string record, TimeSpan took, string status)
    {
        ReadOnlySpan<KeyValuePair<string, object?>> tags = [new(TelemetryTags.Storage, storage), new(TelemetryTags.Record, record),
            new(TelemetryTags.Status, status)];
        Add(_writes, 1, tags);
        Record(_writeDuration, took, tags);
    }

    // The host's factory disposes the others.
    public void Dispose() => _own?.Dispose();

    private KeyValuePair<string, object?> TaskTag(string task) => new(TelemetryTags.Task, _labels.Of(task));

    private static void Add(Counter<long> counter, long count, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        try
        {
            counter.Add(count, tags);
        }
        catch (Exception)
        {
            // One of the host's listeners threw.
            return;
        }
    }

    private static void Record(Histogram<double> histogram, TimeSpan span, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        try
        {
            histogram.Record(span > TimeSpan.Zero ? span.TotalSeconds : 0, tags);
        }
        catch (Exception)
        {
            // One of the host's listeners threw.
            return;
        }
    }
}
