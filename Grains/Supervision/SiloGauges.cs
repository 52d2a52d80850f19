using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Publishing;
using OrleansTasks.Running;
using OrleansTasks.Telemetry;
using OrleansTasks.Watching;

namespace OrleansTasks.Supervision;

/// <summary>The instruments of a silo's engine that look how things stand when somebody collects them. In between they cost nothing.</summary>
internal sealed class SiloGauges
{
    /// <param name="metrics">The silo's instruments.</param>
    /// <param name="executor">Its runs.</param>
    /// <param name="locals">Its grains.</param>
    /// <param name="publisher">Its results on their way.</param>
    /// <param name="time">The clock of tasks.</param>
    public SiloGauges(SiloMetrics metrics, RunExecutor executor, LocalGrains locals, ResultPublisher publisher, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time)
    {
        var meter = metrics.Meter;
        meter.CreateObservableUpDownCounter("orleanstasks.runs.running", () => executor.Active, "{run}", "Runs whose handlers are called on this silo.");
        meter.CreateObservableUpDownCounter("orleanstasks.runs.waiting", () => executor.Queued + locals.Waiting, "{run}", "Runs that could begin but for a place, here or in the line of a task that is here.");
        meter.CreateObservableUpDownCounter("orleanstasks.runs.pending", () => locals.Partitions.Sum(static p => (long)p.Partition.PendingRuns), "{run}", "Stored runs that have not ended, in the partitions that are here.");
        meter.CreateObservableUpDownCounter("orleanstasks.partitions.active", () => locals.Partitions.Count(static p => !p.Partition.IsLost), "{partition}", "Partitions that are active here.");
        meter.CreateObservableGauge("orleanstasks.journal.length", () => locals.Partitions.Select(static p => new Measurement<int>(p.Partition.JournalLength, [new(TelemetryTags.Partition, p.Number)])), "{segment}", "Segments that a partition's next owner has to read.");
        meter.CreateObservableUpDownCounter("orleanstasks.stream.waiting", () => publisher.Waiting, "{result}", "Results that are not on the stream yet.");
        meter.CreateObservableGauge("orleanstasks.stream.lag", () => publisher.LagAt(time.GetUtcNow()).TotalSeconds, "s", "How long ago the oldest run ended whose result is not on the stream yet.");
    }
}
