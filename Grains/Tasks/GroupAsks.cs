using OrleansTasks.Calls;
using OrleansTasks.Grains;
using OrleansTasks.Runs;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>Asks the group that a task belongs to for the places of its runs, which share them with those of other tasks, and gives them back.</summary>
/// <param name="context">What all parts of the task share.</param>
/// <param name="places">The task's own places.</param>
internal sealed class GroupAsks(TaskContext context, TaskPlaces places) : TaskPart(context)
{
    private const int AsksAtOnce = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private int _asks;
    private long _lastAsk;

    // The silos were full: until then no place in the group is asked for, of which nothing could be made.
    private DateTimeOffset _noPlaceBefore;

    /// <summary>Is told what comes of it.</summary>
    public IGroupAnswers Answers { get; set; } = null!;

    /// <summary>How many more runs may ask: no more than could begin, and not all that wait.</summary>
    public int RoomToAsk => Known.Options.Group is null ? int.MaxValue : Math.Max(0, Math.Min(AsksAtOnce, Room) - _asks);

    /// <summary>Whether there may be room on the silos for what is granted.</summary>
    public bool MayAsk => Clock.Now >= _noPlaceBefore;

    private int Room => places.Room(Known.Options, Clock.Steady);

    public static string WaitingFor(string group) => $"a place in its group, '{group}'";

    /// <summary>Says that the silos are full.</summary>
    public void NoteFull() => _noPlaceBefore = Clock.Now + Housekeeper.RetryPeriod;

    /// <summary>The group that a run has to ask for a place, or has asked; null if it needs none, or is not to ask now.</summary>
    public string? ToAskFor(ActiveRun run)
    {
        if (run.AskedGroup is { } asked)
        {
            return asked;
        }

        // An occurrence keeps its time: it does not wait for others of its task to ask.
        if (!MayAsk || Known.Options.Group is not { } group || run.GroupPlace is not null || !(RoomToAsk > 0 || (run.Trigger == RunTrigger.Schedule && Room > _asks)))
        {
            return null;
        }

        return group;
    }

    /// <summary>Asks a group for a run's place, unless it was asked. Once the run has it, it is started; until then it waits for nothing else.</summary>
    public void Ask(ActiveRun run, string group)
    {
        if (run.AskedGroup is null)
        {
            (run.AskedGroup, run.GroupAsk) = (group, ++_lastAsk);
            _asks++;
            Turns.Post(() => AskAsync(run, group));
        }
    }

    /// <summary>Lends a run's place, because its handler waits for others: it is given back, and asked for again afterwards.</summary>
    public void Lend(ActiveRun run)
    {
        if (run is { GroupPlace: { } group, LentGroup: null })
        {
            (run.GroupPlace, run.LentGroup) = (null, group);
            GiveBack(run, group, unused: false);

            // What is given back here may come late, and must not take the place that it has again by then.
            run.GroupAsk = ++_lastAsk;
            Answers.OnRoomToAsk();
        }
    }

    /// <summary>Gives a run the place again that it has lent.</summary>
    /// <returns>False if there is none yet; then it is to be asked for again.</returns>
    public async Task<bool> TakeBackAsync(ActiveRun run)
    {
        // An earlier activation may have lent it.
        if ((run.LentGroup ?? (run.Adopted ? run.GroupPlace : null)) is not { } group)
        {
            return true;
        }

        (run.GroupPlace, run.LentGroup) = (null, group);
        var placement = run.Placement;
        await run.LeavingGroup.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var has = Known.Options.Group != group || await Silo.Grains.Refer<IRunGroupEngine>(group).ReturnAsync(run.RunId, MarkOf(run)).WaitAsync(Patience, Silo.Pauses);
        if (run.LentGroup != group || run.Placement != placement || run.Awaits.Count > 0)
        {
            // It has ended, or waits for another one.
            if (has && run.GroupPlace is null)
            {
                GiveBack(run, group, unused: false);
            }

            return true;
        }

        if (has)
        {
            (run.GroupPlace, run.LentGroup, run.HasBegun) = (group, null, true);
        }

        return has;
    }

    /// <summary>Gives a run's place back, and the one that it asks for if it has ended.</summary>
    public void Leave(ActiveRun run)
    {
        if (run.LentGroup is { } lent)
        {
            // It may have asked for it again.
            run.LentGroup = null;
            GiveBack(run, lent, unused: false);
        }
        else if (run.GroupPlace is { } group)
        {
            run.GroupPlace = null;
            GiveBack(run, group, unused: !run.HasBegun);
            Answers.OnRoomToAsk();
        }
        else if (run is { Ending: true, AskedGroup: { } asked })
        {
            // It is not to be waited for.
            GiveBack(run, asked, unused: true);
        }

        run.HasBegun = false;
    }

    private async Task AskAsync(ActiveRun run, string group)
    {
        var isGranted = false;
        try
        {
            // What it gave back must not be taken for what it asks for.
            await run.LeavingGroup.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            while (!isGranted && MayStart() && Known.Options.Group == group)
            {
                try
                {
                    isGranted = await Silo.Grains.Refer<IRunGroupEngine>(group).AcquireAsync(run.RunId, run.Facts.Priority, MarkOf(run)).WaitAsync(Patience, Silo.Pauses);
                }
                catch (StaleTaskException)
                {
                    // Another activation has asked for the run: the partition says whether this one was replaced.
                    await Link.AttachAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                    await Task.Delay(Housekeeper.RetryPeriod, Silo.Pauses);
                }
                catch (Exception e)
                {
                    LogNotStarted(Silo.Log, run.RunId, Silo.Cluster.Local, e.Message);
                    await Task.Delay(Housekeeper.RetryPeriod, Silo.Pauses);
                }
            }
        }
        finally
        {
            run.AskedGroup = null;
            _asks--;
        }

        if (isGranted && MayStart())
        {
            run.GroupPlace = group;
            Answers.OnGranted(run);
        }
        else
        {
            // Asked for in vain, or given too late.
            GiveBack(run, group, unused: true);
            if (IsAsking() && !Turns.IsLeaving)
            {
                Answers.OnNotGranted(run);
            }
        }

        Answers.OnRoomToAsk();

        bool MayStart() => Known.IsStarted && !Turns.IsLeaving && IsAsking();

        bool IsAsking() => Runs.IsIn(run, RunPhase.AskingGroup);
    }

    private PlaceMark MarkOf(ActiveRun run) => new(Link.Term, run.GroupAsk);

    private void GiveBack(ActiveRun run, string group, bool unused)
    {
        run.LeavingGroup = Silo.Grains.Refer<IRunGroupEngine>(group).ReleaseAsync(run.RunId, unused, MarkOf(run)).WaitAsync(Patience, Silo.Pauses);
        run.LeavingGroup.Ignore();
    }
}
