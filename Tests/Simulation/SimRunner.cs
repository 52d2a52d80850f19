namespace OrleansTasks.Simulation;

/// <summary>The door to a silo's executor for tasks on other silos; as <c>RunnerService</c>, which is made by Orleans only.</summary>
internal sealed class SimRunner(SimExecutor executor, OutcomeReporter reporter, LocalGrains locals, SimView view, TimeProvider time) : IRunnerService
{
    private readonly RefusedOrders _refused = new(time);

    public Task<bool> StartAsync(RunOrder order, bool mayQueue) =>
        Task.FromResult(IsHere(order.RunId.Value, order.Offer) || (!_refused.Contains(order.Offer) && executor.TryStart(order, mayQueue, reporter, out _)));

    public Task<bool> SettleAsync(Guid run, Guid offer)
    {
        if (IsHere(run, offer))
        {
            return Task.FromResult(true);
        }

        _refused.Add(offer);
        return Task.FromResult(false);
    }

    public Task<bool> CancelAsync(Guid run, RunStatus cause) => Task.FromResult(executor.Cancel(run, cause));

    public Task<bool> HasPartitionAsync(int partition) => Task.FromResult(locals.HasPartition(partition));

    public async Task<bool> ReleasePartitionAsync(int partition, SiloAddress wanting)
    {
        if (!view.IsActive(wanting))
        {
            return false;
        }

        if (locals.HasPartition(partition))
        {
            await locals.ReleasePartitionAsync(partition);
        }

        return !locals.HasPartition(partition);
    }

    public Task<IReadOnlyList<HeldRun>> HoldingAsync(string task) => HoldingAfterAsync(task, Guid.Empty);

    public Task<IReadOnlyList<HeldRun>> HoldingAfterAsync(string task, Guid run) =>
        Task.FromResult<IReadOnlyList<HeldRun>>([.. executor.Holding(task).Concat(reporter.Holding(task)).DistinctBy(h => h.Order.RunId).OrderBy(h => h.Order.RunId.Value).SkipWhile(h => h.Order.RunId.Value.CompareTo(run) <= 0)]);

    public Task<IReadOnlyList<RunId>> HoldingOfGroupAsync(string group) => Task.FromResult<IReadOnlyList<RunId>>([]);

    private bool IsHere(Guid run, Guid offer) => executor.Holds(run, offer) || reporter.Holds(run, offer);
}
