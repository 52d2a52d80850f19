using OrleansTasks.Calls;
using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>Decides what it means for a task's places that the handler of one of its runs waits for another run, or a batch, and tells of those of a batch.</summary>
/// <param name="context">What all parts of the task share.</param>
/// <param name="places">The places that such a run lends.</param>
/// <param name="starts">Begins the runs that have one then.</param>
/// <param name="presence">Whether the grain stays.</param>
internal sealed class WaitingHandlers(TaskContext context, RunPlaces places, RunStarts starts, TaskPresence presence) : TaskPart(context)
{
    // So many runs of a batch are told of, unless each waits for much.
    private const int MostTold = 64;
    private const int MostAwaited = 256;
    private int _toldOf;

    /// <summary>Which of some runs are under way with a place in the task's group, or ask for one, or for the one that they have lent.</summary>
    public async Task<IReadOnlyList<Guid>> WithGroupPlacesAsync(IReadOnlyList<Guid> runs)
    {
        await presence.EnsureAttachedAsync();
        return [.. runs.Where(id => Runs.TryGet(id, out var run) && !run.Ending && (run.GroupPlace is not null || run.AskedGroup is not null || run is { LentGroup: not null, Awaits.Count: 0 }))];
    }

    /// <summary>What the runs of a batch do. Of very many that wait others are told of each time.</summary>
    public BatchWork OfBatch(Guid batch)
    {
        var runs = Runs.All.Where(r => r.Facts.Batch?.Batch == batch && !r.Ending).ToList();
        var awaiting = runs.Where(static r => r.Awaits.Count > 0).ToList();
        var told = new List<AwaitingRun>();
        for (var size = 0; told.Count < Math.Min(awaiting.Count, MostTold) && size < MostAwaited; _toldOf++)
        {
            _toldOf %= awaiting.Count;
            told.Add(new AwaitingRun(awaiting[_toldOf].RunId, awaiting[_toldOf].Awaits));
            size += awaiting[_toldOf].Awaits.Count;
        }

        return new BatchWork
        {
            IsAtWork = runs.Exists(static r => r.Awaits.Count == 0 && RunViews.StatusOf(r) == RunStatus.Running),
            Waiting = runs.Find(static r => RunViews.StatusOf(r) == RunStatus.Waiting) is { } waiting
                ? new RunInfo { RunId = waiting.RunId, Status = RunStatus.Waiting, WaitingFor = places.InfoOf(waiting).WaitingFor }
                : null,
            Awaiting = told,
        };
    }

    /// <summary>Takes that the handler of a run begins, or has ceased, to wait for another run, or a batch.</summary>
    /// <returns>False if it ceased and there is no place for it yet.</returns>
    public async Task<bool> TakeAsync(Guid run, Awaited awaited, bool begins)
    {
        // One that is not known has no place to lend.
        if (!Runs.TryGet(run, out var active) || active.Ending)
        {
            return true;
        }

        if (!begins)
        {
            return await places.TakeBackAsync(active, awaited);
        }

        if (places.Lend(active, awaited))
        {
            starts.StartWaiting();
        }

        return true;
    }

    /// <summary>Takes that a run waits for another that does not begin.</summary>
    public void TakeStuck(Guid run, string note)
    {
        if (Runs.TryGet(run, out var active) && active.Awaits.Count > 0)
        {
            Teller.TellStuck(active, note);
        }
    }
}
