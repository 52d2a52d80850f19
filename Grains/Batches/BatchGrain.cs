using Orleans.Concurrency;
using OrleansTasks.Calls;

namespace OrleansTasks.Batches;

/// <summary>
/// Represents one batch: it stores its runs, counts their ends, and stores its continuation. It is the shell around the parts of a
/// <see cref="BatchCore"/>. Partitions make sure that interrupted work is resumed.
/// </summary>
/// <param name="silo">The services that all batches on this silo share.</param>
/// <param name="context">The activation.</param>
[GrainType(EngineGrains.Batch), Reentrant]
internal sealed class BatchGrain(BatchServices silo, IGrainContext context) : Grain(context), IBatchGrain, IBatchEngine
{
    private BatchCore _core = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _core = new BatchCore(silo, this.GetPrimaryKey(), DeactivateOnIdle);
        return _core.OpenAsync();
    }

    public Task<BatchInfo> CreateAsync(BatchRequest request) => _core.CreateAsync(request);

    public Task<BatchInfo?> DescribeAsync() => _core.DescribeAsync();

    public Task<BatchInfo?> WaitAsync() => _core.WaitAsync();

    public Task<bool> CancelAsync() => _core.CancelAsync();

    public Task ReportAsync(int index, RunStatus status) => _core.ReportAsync(index, status);

    public Task<DateTimeOffset?> ResumeAsync() => _core.ResumeAsync();

    public Task<IReadOnlyList<string>> PendingTasksAsync() => _core.PendingTasksAsync();

    public Task ForgetAsync() => _core.ForgetAsync();
}
