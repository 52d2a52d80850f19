using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using OrleansTasks.Client.Links;
using OrleansTasks.Errors;
using OrleansTasks.Grains;

namespace OrleansTasks.Health;

/// <summary>
/// Checks whether tasks run and accept requests: the cluster can be reached, every partition of the registry is active on some silo, and
/// storage accepts writes.
/// </summary>
/// <param name="grains">References to grains.</param>
/// <param name="link">The connection to the cluster.</param>
/// <param name="time">The clock of waits.</param>
/// <param name="options">The limits.</param>
internal sealed class ReadyCheck(IGrainFactory grains, ClusterLink link, TimeProvider time, IOptions<TasksHealthOptions> options)
    : IHealthCheck
{
    private readonly Lock _gate = new();
    private Task<HealthCheckResult>? _last;
    private long _lastAt;
    private int _partitions;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_last is null || (_last.IsCompleted && time.GetElapsedTime(_lastAt) >= options.Value.KeptFor))
            {
                // Runs without the token of the first caller, because others wait for it too.
                (_last, _lastAt) = (LookAsync(), time.GetTimestamp());
            }

            return _last.WaitAsync(cancellationToken);
        }
    }

    private async Task<HealthCheckResult> LookAsync()
    {
        try
        {
            link.ThrowIfNotUp();
        }
        catch (ClusterUnreachableException e)
        {
            return HealthCheckResult.Unhealthy("The Orleans client or silo of this process is not up.", e);
        }

        if (!link.TryPass())
        {
            return HealthCheckResult.Unhealthy("The connections to all silos are lost.");
        }

        PartitionAnswer[] known = [];
        if (_partitions == 0)
        {
            // The first caller has to learn the number of partitions, which never changes.
            var first = await AskAsync(0).ConfigureAwait(false);
            if (first.Info is not { } info)
            {
                return Verdict([first]);
            }

            _partitions = info.PartitionCount;
            known = [first];
        }

        var others = Enumerable.Range(known.Length, _partitions - known.Length);
        return Verdict([.. known, .. await Task.WhenAll(others.Select(AskAsync)).ConfigureAwait(false)]);
    }

    private async Task<PartitionAnswer> AskAsync(int partition)
    {
        try
        {
            return new(partition,
                await grains.Refer<ISchedulerGrain>(partition).DescribeAsync().WaitAsync(options.Value.AnswerWithin, time)
                    .ConfigureAwait(false), null);
        }
        catch (Exception e)
        {
            // The check reports any exception.
            return new(partition, null,
                e is TimeoutException ? $"It does not answer within {options.Value.AnswerWithin}." : ExceptionText.MessageOf(e));
        }
    }

    private HealthCheckResult Verdict(IReadOnlyList<PartitionAnswer> answers)
    {
        var data = new Dictionary<string, object>(StringComparer.Ordinal);
        var known = answers.Select(static a => a.Info).OfType<PartitionInfo>().ToList();
        var away = answers.Where(static a => a.Info is null).ToList();
        data["partitions"] = $"{known.Count} of {(_partitions == 0 ? "?" : _partitions)} active";
        data["scheduler"] = away.Count > 0 ? "unknown" : known.All(static p => p.Started) ? "started" : known.Any(static p => p.Started)
            ? "mixed" : "stopped";
        foreach (var (partition, _, trouble) in away)
        {
            data[$"partition {partition}"] = trouble!;
        }

        // Each silo reports about its own storage, once for each of its partitions.
        var stores = known.Where(static p => p.StorageTrouble is not null).GroupBy(static p => p.Silo)
            .Select(static g => g.MaxBy(p => p.StorageFailsFor)!).ToList();
        foreach (var store in stores)
        {
            data[$"storage of {store.Silo}"] = $"{store.StorageTrouble} (for {store.StorageFailsFor?.TotalSeconds:0} s)";
        }

        return away.Count > 0
            ? HealthCheckResult.Unhealthy(
                $"{away.Count} of {(_partitions == 0 ? "the" : _partitions)} partitions have no owner that answers: "
                    + $"{string.Join(", ", away.Select(static a => a.Partition))}.", data: data)
            : stores.Any(s => s.StorageFailsFor >= options.Value.StorageWrittenWithin) ? HealthCheckResult.Unhealthy(
                $"Storage has accepted no write for {options.Value.StorageWrittenWithin} or longer.", data: data)
            : stores.Count > 0 ? HealthCheckResult.Degraded("Storage fails; writes are retried.", data: data)
            : HealthCheckResult.Healthy("Every partition is active, and storage takes writes.", data);
    }

    /// <summary>Contains the answer of a partition, or the reason why there is none.</summary>
    private readonly record struct PartitionAnswer(int Partition, PartitionInfo? Info, string? Trouble);
}
