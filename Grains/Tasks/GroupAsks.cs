using OrleansTasks.Calls;
using OrleansTasks.Grains;
using OrleansTasks.Runs;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>
/// Requests places for the task's runs from the group that it belongs to, which shares its places among several tasks, and returns them.
/// </summary>
/// <param name="context">The context that all parts of the task share.</param>
/// <param name="places">The task's own places.</param>
internal sealed class GroupAsks(TaskContext context, TaskPlaces places) : TaskPart(context)
{
    private const int AsksAtOnce = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private int _asks;
    private long _lastAsk;

    // The time before which no place is requested from the group, because the silos were full and the place could not be used.
    private DateTimeOffset _noPlaceBefore;

    /// <summary>Gets the receiver of the group's answers.</summary>
    public IGroupAnswers Answers { get; set; } = null!;

    /// <summary>Gets how many more runs may request a place: no more than could start, even if more wait.</summary>
    public int RoomToAsk => Known.Options.Group is null ? int.MaxValue : Math.Max(0, Math.Min(AsksAtOnce, Room) - _asks);

    /// <summary>Gets whether the silos may have room for a run that is granted a place.</summary>
    public bool MayAsk => Clock.Now >= _noPlaceBefore;

    private int Room => places.Room(Known.Options, Clock.Steady);

    public static string WaitingFor(string group) => $"a place in its group, '{group}'";

    /// <summary>Records that the silos are full.</summary>
    public void NoteFull() => _noPlaceBefore = Clock.Now + Housekeeper.RetryPeriod;

    /// <summary>
    /// Returns the group from which a run has to request a place, or has requested one. Null if it needs none, or must not request one now.
    /// </summary>
    public string? ToAskFor(ActiveRun run)
    {
        if (run.AskedGroup is { } asked)
        {
            return asked;
        }

        // An occurrence must be on time: it does not wait for other requests of its task.
        if (!MayAsk || Known.Options.Group is not { } group || run.GroupPlace is not null
            || !(RoomToAsk > 0 || (run.Trigger == RunTrigger.Schedule && Room > _asks)))
        {
            return null;
        }

        return group;
    }

    /// <summary>
    /// Requests a place in a group for a run, unless one was requested. The run starts once it has the place; until then it waits for
    /// nothing else.
    /// </summary>
    public void Ask(ActiveRun run, string group)
    {
        if (run.AskedGroup is null)
        {
            (run.AskedGroup, run.GroupAsk) = (group, ++_lastAsk);
            _asks++;
            Turns.Post(() => AskAsync(run, group));
        }
    }

    /// <summary>
    /// Lends a run's place because its handler waits for other runs. The place is returned now and requested again afterwards.
    /// </summary>
    public void Lend(ActiveRun run)
    {
        if (run is { GroupPlace: { } group, LentGroup: null })
        {
            (run.GroupPlace, run.LentGroup) = (null, group);
            GiveBack(run, group, unused: false);

            // This release may arrive late. A new mark prevents it from taking a place that the run has received again by then.
            run.GroupAsk = ++_lastAsk;
            Answers.OnRoomToAsk();
        }
    }

    /// <summary>Requests again the place that a run has lent.</summary>
    /// <returns>False if no place is free yet; the caller has to ask again.</returns>
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
        var has = Known.Options.Group != group
            || await Silo.Grains.Refer<IRunGroupEngine>(group).ReturnAsync(run.RunId, MarkOf(run)).WaitAsync(Patience, Silo.Pauses);
        if (run.LentGroup != group || run.Placement != placement || run.Awaits.Count > 0)
        {
            // The run has ended, or waits for another run.
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

    /// <summary>Returns a run's place, and withdraws its request for one if it has ended.</summary>
    public void Leave(ActiveRun run)
    {
        if (run.LentGroup is { } lent)
        {
            // The run may have requested it again.
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
            // The release does not have to be awaited.
            GiveBack(run, asked, unused: true);
        }

        run.HasBegun = false;
    }

    private async Task AskAsync(ActiveRun run, string group)
    {
        var isGranted = false;
        try
        {
            // The group must not confuse the place that the run returned with the one that it requests.
            await run.LeavingGroup.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            while (!isGranted && MayStart() && Known.Options.Group == group)
            {
                try
                {
                    isGranted = await Silo.Grains.Refer<IRunGroupEngine>(group).AcquireAsync(run.RunId, run.Facts.Priority, MarkOf(run))
                        .WaitAsync(Patience, Silo.Pauses);
                }
                catch (StaleTaskException)
                {
                    // Another activation has requested a place for the run. The partition tells whether this one was replaced.
                    await Link.AttachAsync()
                        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
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
            // The run no longer needs the place, or the group granted it too late.
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
        run.LeavingGroup = Silo.Grains.Refer<IRunGroupEngine>(group).ReleaseAsync(run.RunId, unused, MarkOf(run))
            .WaitAsync(Patience, Silo.Pauses);
        run.LeavingGroup.Ignore();
    }
}
