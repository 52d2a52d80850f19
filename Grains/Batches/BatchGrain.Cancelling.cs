namespace OrleansTasks;

/// <content>
/// Cancelling: first it is stored that the batch is cancelled. Then the partitions of its runs are told, from where on none of them starts, and then the tasks, which end them. That
/// is repeated until all have ended, by whoever has the batch go on.
/// </content>
internal sealed partial class BatchGrain
{
    private const int CalledOffAtOnce = 500;
    private static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(5);

    public async Task<bool> CancelAsync()
    {
        LeaveIfUnknown();
        if (_state is null or { AllEnded: true, IsCancelled: false })
        {
            return false;
        }

        _state = _state.Cancel(time.GetUtcNow(), TaskActor.Current);
        if (_state.FinishedAt is null)
        {
            // What is stored is carried out in any case, and not waited for very long: it may be many runs.
            await WriteAsync();
            await CarryOutAsync().WaitAsync(CancelPatience, pauses).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        return true;
    }

    private async Task CarryOutAsync()
    {
        // What goes on may have passed the point at which it would have seen that.
        await (_going ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await TryGoOnAsync();
    }

    private async Task CallOffAllAsync()
    {
        if (_state is not { IsCancelled: true, AllEnded: false })
        {
            return;
        }

        await WriteAsync();
        var failures = new List<Exception>();
        foreach (var chunk in Enumerable.Range(0, _state.Total).Where(n => _state?.HasEnded(n) == false).Chunk(CalledOffAtOnce))
        {
            await CallOffAsync(chunk, failures);
        }

        if (failures.Count > 0)
        {
            throw new AggregateException(failures.Take(BatchState.MaxErrors));
        }

        if (_state is not null)
        {
            _state = _state.WithoutItems();
            await WriteAsync();
        }
    }

    /// <summary>Calls some of the runs off. Those that no partition has stored never will be, and count at once; the others count when their tasks have ended them.</summary>
    private async Task CallOffAsync(int[] indexes, List<Exception> failures)
    {
        var ids = indexes.ToDictionary(n => n, n => Followers.IdOf(Id.ToString("N"), n));
        var calls = indexes.SelectMany(n => PartitionsOf(n).Select(p => (Partition: p, Index: n))).GroupBy(c => c.Partition, c => c.Index)
            .Select(c => (Indexes: c.ToList(), Stored: CallOffInAsync(c.Key, [.. c.Select(n => ids[n])]))).ToList();
        var unsure = new HashSet<int>();
        var stored = new List<RunId>();
        foreach (var call in calls)
        {
            try
            {
                stored.AddRange(await call.Stored);
            }
            catch (Exception e)
            {
                failures.Add(e);
                unsure.UnionWith(call.Indexes);
            }
        }

        var found = stored.Select(r => r.Value).ToHashSet();
        foreach (var index in indexes.Where(n => !unsure.Contains(n) && !found.Contains(ids[n])))
        {
            _state = _state?.With(index, RunStatus.Cancelled);
        }

        foreach (var tasks in stored.GroupBy(r => r.Task, r => r.Value, StringComparer.Ordinal).Chunk(DispatchesAtOnce))
        {
            var told = Task.WhenAll(tasks.Select(t => GrainFactory.Refer<ITaskEngine>(t.Key).EndCalledOffAsync([.. t]).WaitAsync(CallPatience, pauses)));
            await told.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            failures.AddRange(told.Exception?.InnerExceptions ?? []);
        }
    }

    private Task<IReadOnlyList<RunId>> CallOffInAsync(int partition, IReadOnlyList<Guid> runs) => GrainFactory.Refer<IPartition>(partition).CallOffRunsAsync(runs).WaitAsync(CallPatience, pauses);

    /// <summary>Where a run may be stored: anywhere, if an earlier version has not kept its task.</summary>
    private IEnumerable<int> PartitionsOf(int index) =>
        _state?.TaskOf(index) is { } task ? [PartitionMap.PartitionOf(task, options.Value.Partitions)] : Enumerable.Range(0, options.Value.Partitions);
}
