using OrleansTasks.Running;
using OrleansTasks.Runs;
using static OrleansTasks.Groups.GroupLog;

namespace OrleansTasks.Groups;

/// <summary>
/// Finds out which runs have places: at first from the silos, whose runs continue while the group moves, and later from the tasks, which
/// know what was lost.
/// </summary>
/// <param name="silo">The services that all groups on the silo share.</param>
/// <param name="group">The group's name.</param>
/// <param name="places">The group's places.</param>
/// <param name="onFree">Called when places may have become free.</param>
internal sealed class GroupHolders(GroupServices silo, string group, GroupPlaces places, Action onFree)
{
    /// <summary>How often it checks whether the runs with places still exist.</summary>
    public static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(15);
    private const int TasksAtOnce = 64;
    private static readonly TimeSpan AskPatience = TimeSpan.FromSeconds(2);

    // The places that were returned while the silos are being asked, by request. The silos' answers may be older. Null when all silos have
    // answered.
    private Dictionary<Guid, PlaceMark>? _gone = [];
    private bool _isClosed;

    /// <summary>Gets whether it is known which runs have places. No run receives one before.</summary>
    public bool AreKnown => _gone is null;

    /// <summary>Asks every silo for the group's runs that it has, until it has answered or is lost.</summary>
    /// <returns>The runs that have places.</returns>
    public async Task<IReadOnlyList<RunId>> LearnAsync()
    {
        // A silo that has only just joined may have runs of the group too.
        await silo.Cluster.TryRefreshAsync(AskPatience, silo.Pauses, reason => LogNotRefreshed(silo.Log, group, reason));
        var held = (await Task.WhenAll(silo.Cluster.Alive.Select(HeldOnAsync))).SelectMany(static h => h).Where(p => !IsGone(p)).ToList();
        held.ForEach(p => places.Hold(p.Run, p.Mark));
        _gone = _isClosed ? _gone : null;
        return [.. held.Select(static p => p.Run)];
    }

    /// <summary>Records that a run has returned its place.</summary>
    /// <param name="run">The run.</param>
    /// <param name="mark">The request by which it had the place.</param>
    public void NoteReleased(Guid run, PlaceMark mark)
    {
        if (_gone is not null)
        {
            _gone[run] = mark.Or(_gone.GetValueOrDefault(run));
        }
    }

    /// <summary>
    /// Takes back the places of runs that no longer exist, for example after the loss of a silo. A task that does not answer does not delay
    /// the others.
    /// </summary>
    public async Task LookAsync()
    {
        foreach (var tasks in places.Holders.GroupBy(static h => h.Run.Task, StringComparer.Ordinal).ToList().Chunk(TasksAtOnce))
        {
            await Task.WhenAll(tasks.Select(t => LookAtAsync(t.Key, [.. t])));
        }
    }

    /// <summary>Stops asking.</summary>
    public void Close() => _isClosed = true;

    /// <summary>Returns whether a run has returned its place meanwhile. A run that has it by a later request has not.</summary>
    private bool IsGone(PlacedRun placed) =>
        _gone is not null && _gone.TryGetValue(placed.Run.Value, out var mark) && !mark.IsBefore(placed.Mark);

    private async Task<IReadOnlyList<PlacedRun>> HeldOnAsync(SiloAddress other)
    {
        // As long as the silo is not lost, its runs are not lost either.
        while (!silo.Cluster.IsGone(other) && !_isClosed)
        {
            try
            {
                return await silo.Runners.On(other).PlacedInGroupAsync(group, silo.Cluster.Version).WaitAsync(AskPatience, silo.Pauses);
            }
            catch (Exception e)
            {
                LogNotAsked(silo.Log, other, group, e.Message);
                await Task.Delay(AskPatience / 4, silo.Pauses);
            }
        }

        return [];
    }

    private async Task LookAtAsync(string task, IReadOnlyList<HeldPlace> held)
    {
        try
        {
            var underWay =
                (await silo.Tasks.UnderWayAsync(task, [.. held.Select(static h => h.Run.Value)])
                    .WaitAsync(LookPeriod, silo.Pauses)).ToHashSet();
            foreach (var place in held.Where(h => !underWay.Contains(h.Run.Value)))
            {
                // The run may have returned that place since the question, and have another one.
                places.TakeBack(place);
            }

            onFree();
        }
        catch (Exception e)
        {
            // The next check covers it.
            LogNotLooked(silo.Log, task, group, e.Message);
        }
    }
}
