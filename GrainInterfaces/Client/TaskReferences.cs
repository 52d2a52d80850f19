using System.Collections.Concurrent;

namespace OrleansTasks;

/// <summary>References to the grains of tasks. Making one reads attributes of the interface each time, which takes longer than much of a call; so those in use are kept.</summary>
internal sealed class TaskReferences(IGrainFactory grains)
{
    private const int Most = 10_000;
    private readonly ConcurrentDictionary<string, ITaskGrain> _known = new(StringComparer.Ordinal);
    private int _count;

    /// <exception cref="InvalidTaskException">There can be no task of that name.</exception>
    public ITaskGrain Of(string task)
    {
        if (task is not null && _known.TryGetValue(task, out var known))
        {
            return known;
        }

        var grain = grains.GetGrain<ITaskGrain>(TaskNames.Check(task!));
        if (Interlocked.Increment(ref _count) > Most)
        {
            _known.Clear();
            Interlocked.Exchange(ref _count, 0);
        }

        return _known[task!] = grain;
    }
}
