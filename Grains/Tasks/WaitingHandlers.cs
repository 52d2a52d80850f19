using OrleansTasks.Calls;
using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>
/// Decides how a handler that waits for another run or a batch affects its task's places, and reports the runs of a batch.
/// </summary>
/// <param name="context">The context that all parts of the task share.</param>
/// <param name="places">The places that such a run lends.</param>
/// <param name="starts">Starts the runs that receive a lent place.</param>
/// <param name="presence">Decides whether the grain stays.</param>
internal sealed class WaitingHandlers(TaskContext context, RunPlaces places, RunStarts starts, TaskPresence presence) : TaskPart(context)
{
    // The maximum number of waiting runs of a batch in one report, unless each waits for many others.
    private const int MostTold = 64;
    private const int MostAwaited = 256;
    private int _toldOf;

    /// <summary>
    /// Returns which of the given runs are in progress with a place in the task's group, ask for one, or ask for the one that they have
    /// lent.
    /// </summary>
    public async Task<IReadOnlyList<Guid>> WithGroupPlacesAsync(IReadOnlyList<Guid> runs)
    {
        await presence.EnsureAttachedAsync();
        return [
            .. runs.Where(
                id => Runs.TryGet(id, out var run) && !run.Ending
                    && (run.GroupPlace is not null || run.AskedGroup is not null || run is { LentGroup: not null, Awaits.Count: 0 }))];
    }

    /// <summary>Returns what the runs of a batch do. If very many wait, each call reports other ones.</summary>
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

    /// <summary>Handles that the handler of a run starts or stops waiting for another run or a batch.</summary>
    /// <returns>False if it stopped waiting and no place is free yet.</returns>
    public async Task<bool> TakeAsync(Guid run, Awaited awaited, bool begins)
    {
        // A run that is not known has no place to lend.
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

    /// <summary>Records that a run waits for another one that does not start.</summary>
    public void TakeStuck(Guid run, string note)
    {
        if (Runs.TryGet(run, out var active) && active.Awaits.Count > 0)
        {
            Teller.TellStuck(active, note);
        }
    }
}
