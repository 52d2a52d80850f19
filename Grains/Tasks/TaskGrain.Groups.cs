namespace OrleansTasks;

/// <content>Places in the group that the task belongs to, which its runs share with those of other tasks.</content>
internal sealed partial class TaskGrain
{
    private const int AsksAtOnce = 64;
    private static readonly TimeSpan GroupPatience = TimeSpan.FromSeconds(15);
    private int _asksOfGroup;
    private bool _willStartWaiting;

    public async Task<IReadOnlyList<Guid>> HaveGroupPlacesAsync(IReadOnlyList<Guid> runs)
    {
        await EnsureAttachedAsync();
        return [.. runs.Where(id => _runs.TryGetValue(id, out var run) && !run.Ending && (run.GroupPlace is not null || run.AsksGroup))];
    }

    private void AskGroup(ActiveRun run, string group)
    {
        if (!run.AsksGroup && _asksOfGroup < AsksAtOnce && !_leaving)
        {
            run.AsksGroup = true;
            _asksOfGroup++;
            Post(() => AskGroupAsync(run, group));
        }
    }

    private async Task AskGroupAsync(ActiveRun run, string group)
    {
        var granted = false;
        try
        {
            while (!granted && IsWanted(run) && !_leaving && _entry?.EffectiveOptions.Group == group)
            {
                try
                {
                    granted = await GrainFactory.GetGrain<IRunGroupEngine>(group).AcquireAsync(run.RunId, run.Priority).WaitAsync(GroupPatience, _pauses);
                }
                catch (Exception e)
                {
                    LogNotStarted(_log, run.RunId, _cluster.Local, e.Message);
                    await Task.Delay(RetryPeriod, _pauses);
                }
            }
        }
        finally
        {
            run.AsksGroup = false;
            _asksOfGroup--;
        }

        if (granted && IsWanted(run) && !_leaving)
        {
            run.GroupPlace = group;
            StartWaitingSoon();
        }
        else
        {
            // Asked for in vain, or given too late.
            GiveBack(run.RunId, group);
        }
    }

    private void StartWaitingSoon()
    {
        if (!_willStartWaiting)
        {
            _willStartWaiting = true;
            Post(() =>
            {
                _willStartWaiting = false;
                StartWaiting();
                return Task.CompletedTask;
            });
        }
    }

    private void LeaveGroup(ActiveRun run)
    {
        if (run.GroupPlace is { } group)
        {
            run.GroupPlace = null;
            GiveBack(run.RunId, group);
            if (_asksOfGroup < AsksAtOnce && _waiting.Count > 0)
            {
                StartWaitingSoon();
            }
        }
    }

    private void GiveBack(RunId run, string group) => GrainFactory.GetGrain<IRunGroupEngine>(group).ReleaseAsync(run).Ignore();
}
