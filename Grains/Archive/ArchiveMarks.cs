using OrleansTasks.Records;
using OrleansTasks.Runs;

namespace OrleansTasks.Archive;

/// <summary>
/// Stores what was done about dead letters: rewrites the details of their runs in a new segment. The row with the highest revision counts,
/// wherever else the run is stored.
/// </summary>
/// <param name="table">The rows.</param>
/// <param name="log">The log with their details.</param>
/// <param name="queries">Reads the details.</param>
internal sealed class ArchiveMarks(ArchiveTable table, ArchiveLog log, ArchiveQueries queries)
{
    private const int MaxAtOnce = 256;
    private readonly List<Wanted> _wanted = [];

    /// <summary>Gets whether marks wait to be stored.</summary>
    public bool Any => _wanted.Count > 0;

    /// <summary>Adds a mark to those that wait.</summary>
    /// <returns>A task with the marked run, unchanged if it is no dead letter; null if it is not kept.</returns>
    public Task<TaskResult?> Add(RunId run, RunMark mark)
    {
        var wanted = new Wanted(run, mark);
        _wanted.Add(wanted);
        return wanted.Done.Task;
    }

    /// <summary>Stores all marks that wait. Nothing else may write meanwhile.</summary>
    /// <returns>Whether they are stored. If not, another owner has come.</returns>
    public async Task<bool> WriteAsync()
    {
        while (_wanted.Count > 0)
        {
            var batch = _wanted.GetRange(0, Math.Min(_wanted.Count, MaxAtOnce));
            _wanted.RemoveRange(0, batch.Count);
            try
            {
                var marked = await ReadAsync(batch);
                if (!await StoreAsync([.. marked.Values.Where(static m => m.HasChanged)]))
                {
                    batch.ForEach(static w => w.Done.TrySetCanceled());
                    return false;
                }

                batch.ForEach(w => w.Done.TrySetResult(marked.GetValueOrDefault(w.Run)?.Result));
            }
            catch
            {
                batch.ForEach(static w => w.Done.TrySetCanceled());
                throw;
            }
        }

        return true;
    }

    /// <summary>Returns the runs that are kept, with their new marks.</summary>
    private async Task<Dictionary<RunId, Marked>> ReadAsync(List<Wanted> batch)
    {
        var marked = new Dictionary<RunId, Marked>();
        foreach (var (run, mark) in batch.Select(static w => (w.Run, w.Mark)))
        {
            if (!marked.TryGetValue(run, out var known))
            {
                if (await queries.ReadAsync(run) is not { } result)
                {
                    continue;
                }

                known = new Marked(result, HasChanged: false);
            }

            marked[run] = DeadLetters.Has(known.Result.Status) && DeadLetters.Add(known.Result.Marks, mark) is { } marks
                ? new Marked(known.Result with { Marks = marks }, HasChanged: true)
                : known;
        }

        return marked;
    }

    private async Task<bool> StoreAsync(List<Marked> marked)
    {
        using var details = new ResultWriter();
        var (number, changed) = (log.NextNumber, new List<(int Slot, ArchiveRow Before)>());
        foreach (var result in marked.Select(static m => m.Result))
        {
            // It may have been removed while others were read.
            if (table.Find(result.RunId.Value) is { } slot)
            {
                changed.Add((slot, table[slot]));
                var offset = details.Length;
                table.Change(slot, number, offset, details.Add(result), DeadLetters.After(result.Marks),
                    (ushort)Math.Min(table[slot].Revision + 1, ushort.MaxValue));
            }
        }

        if (changed.Count == 0)
        {
            return true;
        }

        var isStored = false;
        try
        {
            isStored = await log.AppendAsync([.. changed.Select(static c => c.Slot)], details.ToArray());
        }
        finally
        {
            if (!isStored)
            {
                foreach (var (slot, before) in changed.Where(c => table[c.Slot].State == RowState.Kept && table[c.Slot].Id == c.Before.Id))
                {
                    table.Change(slot, before.Segment, before.Offset, before.Length, before.Mark, before.Revision);
                }

                log.Drop(number);
            }
        }

        return isStored;
    }

    private sealed record Marked(TaskResult Result, bool HasChanged);

    private sealed record Wanted(RunId Run, RunMark Mark)
    {
        public TaskCompletionSource<TaskResult?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
