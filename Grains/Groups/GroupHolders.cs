using OrleansTasks.Running;
using OrleansTasks.Runs;
using static OrleansTasks.Groups.GroupLog;

namespace OrleansTasks.Groups;

/// <summary>Finds out who has a place: at first from the silos, whose runs go on while the group moves; later from the tasks, which know what was lost.</summary>
/// <param name="silo">What all groups on the silo share.</param>
/// <param name="group">The group's name.</param>
/// <param name="places">The group's places.</param>
/// <param name="onFree">Is told that places may have become free.</param>
internal sealed class GroupHolders(GroupServices silo, string group, GroupPlaces places, Action onFree)
{
    /// <summary>How often it is looked whether runs with places are still there.</summary>
    public static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(15);
    private const int TasksAtOnce = 64;
    private static readonly TimeSpan AskPatience = TimeSpan.FromSeconds(2);

    // What was given back while the silos are asked, and by which ask: what they say of it may be older. Null when all have answered.
    private Dictionary<Guid, PlaceMark>? _gone = [];
    private bool _isClosed;

    /// <summary>Whether it is known who has a place; nobody gets one before.</summary>
    public bool AreKnown => _gone is null;

    /// <summary>Asks every silo for the group's runs that it has, until it has answered or is lost.</summary>
    /// <returns>The runs that have places.</returns>
    public async Task<IReadOnlyList<RunId>> LearnAsync()
    {
        // One that has only just joined may have runs of the group too.
        await silo.Cluster.TryRefreshAsync(AskPatience, silo.Pauses, reason => LogNotRefreshed(silo.Log, group, reason));
        var held = (await Task.WhenAll(silo.Cluster.Alive.Select(HeldOnAsync))).SelectMany(static h => h).Where(p => !IsGone(p)).ToList();
        held.ForEach(p => places.Hold(p.Run, p.Mark));
        _gone = _isClosed ? _gone : null;
        return [.. held.Select(static p => p.Run)];
    }

    /// <summary>Notes that a run has given its place back.</summary>
    /// <param name="run">The run.</param>
    /// <param name="mark">The ask by which it had it.</param>
    public void NoteReleased(Guid run, PlaceMark mark)
    {
        if (_gone is not null)
        {
            _gone[run] = mark.Or(_gone.GetValueOrDefault(run));
        }
    }

    /// <summary>Takes places back whose runs are no more, as after the loss of a silo. A task that does not answer holds up no other.</summary>
    public async Task LookAsync()
    {
        foreach (var tasks in places.Holders.GroupBy(static h => h.Run.Task, StringComparer.Ordinal).ToList().Chunk(TasksAtOnce))
        {
            await Task.WhenAll(tasks.Select(t => LookAtAsync(t.Key, [.. t])));
        }
    }

    /// <summary>Asks nobody any more.</summary>
    public void Close() => _isClosed = true;

    /// <summary>Whether a run has given its place back meanwhile. One that is there by a later ask has not.</summary>
    private bool IsGone(PlacedRun placed) => _gone is not null && _gone.TryGetValue(placed.Run.Value, out var mark) && !mark.IsBefore(placed.Mark);

    private async Task<IReadOnlyList<PlacedRun>> HeldOnAsync(SiloAddress other)
    {
        // As long as the silo is not lost, its runs are not either.
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
            var underWay = (await silo.Tasks.UnderWayAsync(task, [.. held.Select(static h => h.Run.Value)]).WaitAsync(LookPeriod, silo.Pauses)).ToHashSet();
            foreach (var place in held.Where(h => !underWay.Contains(h.Run.Value)))
            {
                // It may have given that place back since it was asked, and have another one.
                places.TakeBack(place);
            }

            onFree();
        }
        catch (Exception e)
        {
            // It is looked at again.
            LogNotLooked(silo.Log, task, group, e.Message);
        }
    }
}
