using OrleansTasks.Collections;

namespace OrleansTasks.Tasks;

/// <summary>Remembers which runs have ended while answers are outstanding that may still describe them as not ended. Pure.</summary>
internal sealed class EndedRuns
{
    private Dictionary<Guid, long>? _numbers;
    private LazyQueue<(Guid Run, long Number)> _inOrder;

    // In the order of their questions. What ended before the first one is forgotten.
    private LinkedList<GoneRuns>? _underWay;
    private long _count;

    /// <summary>Gets the number of runs that it remembers.</summary>
    public int Count => _numbers?.Count ?? 0;

    /// <summary>Records that a run has ended.</summary>
    public void Add(Guid run)
    {
        if (_underWay is not null)
        {
            (_numbers ??= [])[run] = ++_count;
            _inOrder.Enqueue((run, _count));
        }
    }

    /// <summary>Starts to remember the runs that end from now on, until the answer has been processed.</summary>
    public GoneRuns Watch()
    {
        var watch = new GoneRuns(this, _count);
        (_underWay ??= new()).AddLast(watch.Place);
        return watch;
    }

    /// <summary>Returns whether a run ended after the given number of others had ended.</summary>
    public bool HasSince(Guid run, long count) => _numbers is not null && _numbers.TryGetValue(run, out var number) && number > count;

    /// <summary>Stops remembering for an answer that has been processed.</summary>
    public void Forget(GoneRuns watch)
    {
        if (watch.Place.List is null)
        {
            return;
        }

        _underWay!.Remove(watch.Place);
        if (_underWay.First is not { Value.Since: var first })
        {
            (_underWay, _numbers) = (null, null);
            _inOrder.Clear();
            return;
        }

        while (_inOrder.TryPeek(out var ended) && ended.Number <= first)
        {
            _inOrder.Dequeue();
            if (_numbers?.GetValueOrDefault(ended.Run) == ended.Number)
            {
                _numbers.Remove(ended.Run);
            }
        }
    }
}
