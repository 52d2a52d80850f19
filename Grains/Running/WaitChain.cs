using OrleansTasks.Calls;
using OrleansTasks.Runs;

namespace OrleansTasks.Running;

/// <summary>Follows what runs wait for. It asks others about each run and about the runs of a batch; the rest is pure.</summary>
/// <param name="self">The run that waits.</param>
/// <param name="own">The batch to which it belongs, or null if it belongs to none.</param>
/// <param name="findRun">Returns the state of a run, or null if nothing is known of it.</param>
/// <param name="findBatch">Returns what the runs of a batch that have not ended do.</param>
internal sealed class WaitChain(RunId self, Guid? own, Func<RunId, Task<RunInfo?>> findRun, Func<Guid, Task<BatchWork>> findBatch)
{
    /// <summary>The maximum number of runs to ask about.</summary>
    public const int MostRuns = 64;

    /// <summary>The maximum number of batches to ask about.</summary>
    public const int MostBatches = 8;

    // Maps each item that was found to the one that waits for it, or has it among its runs.
    private readonly Dictionary<Awaited, Awaited> _cameFrom = [];
    private readonly Queue<RunId> _runs = new();
    private readonly Queue<Guid> _batches = new();
    private int _asked;
    private int _askedBatches;
    private IReadOnlyList<Awaited>? _circle;
    private RunInfo? _blocked;

    /// <summary>Contains the result.</summary>
    /// <param name="Circle">The runs and batches of a circle, with the first one again at the end, or null if there is none.</param>
    /// <param name="Blocked">A run at the end of the chain that has not started, or null if there is none.</param>
    public readonly record struct Finding(IReadOnlyList<Awaited>? Circle, RunInfo? Blocked);

    /// <summary>Follows the chain from what the run waits for.</summary>
    public async Task<Finding> FollowAsync(Awaited target)
    {
        Meet(self, [target]);
        while (_circle is null && await GoOnAsync().ConfigureAwait(false))
        {
        }

        return new Finding(_circle, _circle is null ? _blocked : null);
    }

    private async Task<bool> GoOnAsync()
    {
        if (_asked < MostRuns && _runs.TryDequeue(out var run))
        {
            _asked++;
            if (await findRun(run).ConfigureAwait(false) is { } info && !info.Status.IsFinal())
            {
                _blocked ??= info.Status == RunStatus.Waiting ? info : null;
                Meet(run, [.. info.Awaits.Select(static r => (Awaited)r), .. info.AwaitsBatches.Select(Awaited.OfBatch)]);
            }

            return true;
        }

        if (_askedBatches < MostBatches && _batches.TryDequeue(out var batch))
        {
            _askedBatches++;
            Take(batch, await findBatch(batch).ConfigureAwait(false));
            return true;
        }

        return false;
    }

    private void Take(Guid batch, BatchWork work)
    {
        // As long as a part of the batch is running, the others get their turns.
        _blocked ??= work is { IsAtWork: false, Awaiting.Count: 0 } ? work.Waiting : null;
        foreach (var member in work.Awaiting.Where(m => _cameFrom.TryAdd(m.Run, Awaited.OfBatch(batch))))
        {
            Meet(member.Run, member.Awaits);
        }
    }

    /// <summary>Adds what a run waits for, and follows it if it is new.</summary>
    private void Meet(RunId waiting, IEnumerable<Awaited> awaits)
    {
        foreach (var awaited in awaits.Where(a => _cameFrom.TryAdd(a, waiting)))
        {
            if (awaited.Run is { } run)
            {
                if (run == self)
                {
                    _circle ??= PathTo(self);
                }

                _runs.Enqueue(run);
            }
            else if (awaited.Batch is { } batch)
            {
                if (batch == own)
                {
                    // Whatever else the batch contains, it cannot end before this run.
                    _circle ??= [.. PathTo(awaited), self];
                }

                _batches.Enqueue(batch);
            }
        }
    }

    private List<Awaited> PathTo(Awaited last)
    {
        var path = new List<Awaited> { last };
        do
        {
            path.Add(_cameFrom[path[^1]]);
        }
        while (path[^1] != self);

        path.Reverse();
        return path;
    }
}
