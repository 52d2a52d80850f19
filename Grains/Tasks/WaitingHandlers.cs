namespace OrleansTasks.Tasks;

/// <summary>Decides what it means for a task's places that the handler of one of its runs waits for another run.</summary>
/// <param name="context">What all parts of the task share.</param>
/// <param name="places">The places that such a run lends.</param>
/// <param name="starts">Begins the runs that have one then.</param>
/// <param name="presence">Whether the grain stays.</param>
internal sealed class WaitingHandlers(TaskContext context, RunPlaces places, RunStarts starts, TaskPresence presence) : TaskPart(context)
{
    /// <summary>Which of some runs are under way with a place in the task's group, or ask for one, or for the one that they have lent.</summary>
    public async Task<IReadOnlyList<Guid>> WithGroupPlacesAsync(IReadOnlyList<Guid> runs)
    {
        await presence.EnsureAttachedAsync();
        return [.. runs.Where(id => Runs.TryGet(id, out var run) && !run.Ending && (run.GroupPlace is not null || run.AskedGroup is not null || run is { LentGroup: not null, Awaits.Count: 0 }))];
    }

    /// <summary>Takes that the handler of a run begins, or has ceased, to wait for another run.</summary>
    /// <returns>False if it ceased and there is no place for it yet.</returns>
    public async Task<bool> TakeAsync(Guid run, RunId awaited, bool begins)
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
