using System.Collections.Concurrent;

namespace OrleansTasks.Watching;

/// <summary>Says under which name a task is counted: its own, or, beyond so many tasks, one for all others.</summary>
/// <param name="most">How many tasks have their own.</param>
internal sealed class TaskLabels(int most)
{
    /// <summary>The name of all others. No task has it by itself: one that is called so is counted with them.</summary>
    public const string Other = "other";
    private readonly ConcurrentDictionary<string, string> _own = new(StringComparer.Ordinal);
    private readonly Lock _adding = new();
    private int _count;

    /// <summary>The name of a task.</summary>
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
