namespace OrleansTasks;

/// <content>Places in the group that the task belongs to, which its runs share with those of other tasks.</content>
internal sealed partial class TaskGrain
{
    private const int AsksAtOnce = 64;
    private static readonly TimeSpan GroupPatience = TimeSpan.FromSeconds(15);
    private int _asksOfGroup;

    // The silos were full: until then no place in the group is asked for, of which nothing could be made.
    private DateTimeOffset _noPlaceBefore;
    private bool _willStartWaiting;

    public async Task<IReadOnlyList<Guid>> HaveGroupPlacesAsync(IReadOnlyList<Guid> runs)
    {
        await EnsureAttachedAsync();
        return [.. runs.Where(id => _runs.TryGetValue(id, out var run) && !run.Ending && (run.GroupPlace is not null || run.AskedGroup is not null))];
    }

    /// <summary>How many more runs may ask for a place in the group: no more than could begin, and not all that wait.</summary>
    private int RoomToAsk => _entry?.EffectiveOptions.Group is null ? int.MaxValue : Math.Max(0, Math.Min(AsksAtOnce, Room) - _asksOfGroup);

    private static string WaitingForGroup(string group) => $"a place in its group, '{group}'";

    /// <summary>Has a run ask for the place in its group that it needs. Once it has one it is started; until then it waits for nothing else.</summary>
    /// <returns>Whether it asks.</returns>
    private bool AsksGroup(ActiveRun run)
    {
        if (run.AskedGroup is { } asked)
        {
            run.Move(RunEvent.AskGroup, WaitingForGroup(asked));
            return true;
        }

        // An occurrence keeps its time: it does not wait for others of its task to ask.
        if (Now < _noPlaceBefore || _entry?.EffectiveOptions.Group is not { } group || run.GroupPlace is not null || !(RoomToAsk > 0 || (run.Trigger == RunTrigger.Schedule && Room > _asksOfGroup)))
        {
            return false;
        }

        run.Move(RunEvent.AskGroup, WaitingForGroup(group));
        run.AskedGroup = group;
        run.Placement++;
        _asksOfGroup++;
        KeepHouse();
        ArmBy(run.GivenUpAt);
        Post(() => AskGroupAsync(run, group));
        return true;
    }

    private async Task AskGroupAsync(ActiveRun run, string group)
    {
        var granted = false;
        try
        {
            // What it gave back must not be taken for what it asks for.
            await run.LeavingGroup.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            while (!granted && MayStart() && _entry?.EffectiveOptions.Group == group)
            {
                try
                {
                    granted = await GrainFactory.Refer<IRunGroupEngine>(group).AcquireAsync(run.RunId, run.Facts.Priority).WaitAsync(GroupPatience, _pauses);
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
            run.AskedGroup = null;
            _asksOfGroup--;
        }

        if (granted && MayStart())
        {
            run.GroupPlace = group;
            Start(run);
        }
        else
        {
            // Asked for in vain, or given too late.
            GiveBack(run, group, unused: true);
            if (IsAsking() && !_leaving)
            {
                Enqueue(run, _started ? "another try" : ForStart);
            }
        }

        StartWaitingSoon();

        bool MayStart() => _started && !_leaving && IsAsking();

        bool IsAsking() => IsIn(run, RunPhase.AskingGroup);
    }

    private void StartWaitingSoon()
    {
        if (!_willStartWaiting && _waiting.Count > 0 && Now >= _noPlaceBefore)
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
            GiveBack(run, group, unused: !run.HasBegun);
            StartWaitingSoon();
        }
        else if (run is { Ending: true, AskedGroup: { } asked })
        {
            // It is not to be waited for.
            GiveBack(run, asked, unused: true);
        }

        run.HasBegun = false;
    }

    private void GiveBack(ActiveRun run, string group, bool unused)
    {
        run.LeavingGroup = GrainFactory.Refer<IRunGroupEngine>(group).ReleaseAsync(run.RunId, unused).WaitAsync(GroupPatience, _pauses);
        run.LeavingGroup.Ignore();
    }
}
