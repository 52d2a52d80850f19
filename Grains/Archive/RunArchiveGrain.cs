using Orleans.Concurrency;
using OrleansTasks.Calls;
using OrleansTasks.Grains;

namespace OrleansTasks.Archive;

/// <summary>Archives the ended runs of a partition for searches. It is the shell around a <see cref="RunArchiveCore"/>.</summary>
/// <param name="silo">The services that all archives on this silo share.</param>
/// <param name="context">The activation.</param>
[GrainType(EngineGrains.Archive), Reentrant]
internal sealed class RunArchiveGrain(ArchiveServices silo, IGrainContext context) : Grain(context), IRunArchiveGrain, IRunArchiveEngine
{
    private RunArchiveCore _core = null!;
    private PendingRetries _retries = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // What it has in memory takes long to read again.
        DelayDeactivation(Timeout.InfiniteTimeSpan);
        _core = new RunArchiveCore(silo, (int)this.GetPrimaryKeyLong(), StartTimer, DeactivateOnIdle);
        _retries = new PendingRetries(silo, (int)this.GetPrimaryKeyLong(), _core.Queries);
        return _core.OpenAsync();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _core?.Close();
        return Task.CompletedTask;
    }

    public Task<RunRanks> RankAsync(RunQuery query) => _core.Queries.RankAsync(query);

    public async Task<IReadOnlyList<RunInfo>> ReadAsync(IReadOnlyList<RunId> runs) =>
        await _retries.AddToAsync(await _core.Queries.ReadAsync(runs));

    public Task<RunId?> FindRetryAsync(RunId run) => _retries.OfAsync(run);

    public async Task<IReadOnlyList<RunMark>> FindMarksAsync(RunId run) => (await _core.Queries.ReadAsync(run))?.Marks ?? [];

    public async Task<RunInfo?> MarkAsync(RunId run, RunMark mark) =>
        await _core.MarkAsync(run, mark) is { } result ? (await _retries.AddToAsync([_core.Queries.InfoOf(result)]))[0] : null;

    public Task<IReadOnlyDictionary<string, long>> CountAsync(RunQuery query, RunCountBy by) => _core.Queries.CountAsync(query, by);

    public Task<TaskResult?> FindAsync(RunId run) => _core.Queries.ReadAsync(run);

    public Task KeepAsync(IReadOnlyList<RunsToKeep> runs) => _core.KeepAsync(runs);

    public Task ClearAsync() => _core.ClearAsync();

    private IGrainTimer StartTimer(Func<Task> tick, TimeSpan due) =>
        this.RegisterGrainTimer(static (action, _) => action(), tick,
            new GrainTimerCreationOptions(due, Timeout.InfiniteTimeSpan) { Interleave = true });
}
