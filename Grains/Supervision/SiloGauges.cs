using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Publishing;
using OrleansTasks.Running;
using OrleansTasks.Telemetry;
using OrleansTasks.Watching;

namespace OrleansTasks.Supervision;

/// <summary>
/// Creates the observable instruments of a silo's engine, which read their values when somebody collects them, and cost nothing otherwise.
/// </summary>
internal sealed class SiloGauges
{
    /// <summary>Creates the instruments.</summary>
    /// <param name="metrics">The silo's instruments.</param>
    /// <param name="executor">Its runs.</param>
    /// <param name="locals">Its grains.</param>
    /// <param name="publisher">Its results that wait for publication.</param>
    /// <param name="time">The clock of tasks.</param>
    public SiloGauges(SiloMetrics metrics, RunExecutor executor, LocalGrains locals, ResultPublisher publisher,
        [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time)
    {
        var meter = metrics.Meter;
        meter.CreateObservableUpDownCounter("orleanstasks.runs.running", () => executor.Active, "{run}", "Active runs on this silo.");
        meter.CreateObservableUpDownCounter("orleanstasks.runs.waiting", () => executor.Queued + locals.Waiting, "{run}",
            "Runs that wait only for a place, on this silo or in the queue of a task on it.");
        meter.CreateObservableUpDownCounter("orleanstasks.runs.pending",
            () => locals.Partitions.Sum(static p => (long)p.Partition.PendingRuns), "{run}",
            "Stored runs that have not ended, in the partitions on this silo.");
        meter.CreateObservableUpDownCounter("orleanstasks.partitions.active",
            () => locals.Partitions.Count(static p => !p.Partition.IsLost), "{partition}",
            "Active partitions on this silo.");
        meter.CreateObservableGauge("orleanstasks.journal.length",
            () => locals.Partitions.Select(
                static p => new Measurement<int>(p.Partition.JournalLength, [new(TelemetryTags.Partition, p.Number)])), "{segment}",
            "Segments that the next owner of a partition must read.");
        meter.CreateObservableUpDownCounter("orleanstasks.stream.waiting", () => publisher.Waiting, "{result}", "Results that are not "
            + "published on the stream yet.");
        meter.CreateObservableGauge("orleanstasks.stream.lag", () => publisher.LagAt(time.GetUtcNow()).TotalSeconds, "s",
            "Time since the end of the oldest run whose result is not published on the stream yet.");
    }
}
