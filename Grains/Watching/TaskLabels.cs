using System.Collections.Concurrent;

namespace OrleansTasks.Watching;

/// <summary>Decides under which name a task is counted: its own, or, beyond a number of tasks, a common name for all others.</summary>
/// <param name="most">The number of tasks with their own name.</param>
internal sealed class TaskLabels(int most)
{
    /// <summary>The name for all other tasks. A task with this name is counted with them.</summary>
    public const string Other = "other";
    private readonly ConcurrentDictionary<string, string> _own = new(StringComparer.Ordinal);
    private readonly Lock _adding = new();
    private int _count;

    /// <summary>Returns the name under which a task is counted.</summary>
    public string Of(string task)
    {
        if (_own.TryGetValue(task, out var known))
        {
            return known;
        }

        if (Volatile.Read(ref _count) >= most)
        {
            return Other;
        }

        lock (_adding)
        {
            if (_own.ContainsKey(task))
            {
                return task;
            }

            if (_count >= most)
            {
                return Other;
            }

            _own[task] = task;
            _count++;
        }

        return task;
    }
}
