using System.Collections.Concurrent;

namespace OrleansTasks.Ui;

/// <summary>Stores the last missed occurrence of each task, up to a limit. Thread-safe.</summary>
internal sealed class MissedTasks(int limit)
{
    private readonly ConcurrentDictionary<string, TaskEvent> _tasks = new(StringComparer.Ordinal);

    public void Add(TaskEvent missed)
    {
        if (_tasks.Count >= limit && !_tasks.ContainsKey(missed.Task) && _tasks.Values.MinBy(static e => e.At) is { } oldest)
        {
            _tasks.TryRemove(oldest.Task, out _);
        }

        _tasks[missed.Task] = missed;
    }

    /// <summary>Returns the events within a day, newest first.</summary>
    public IReadOnlyList<TaskEvent> Newest(DateTimeOffset now) =>
        [.. _tasks.Values.Where(e => e.At > now - RecentRuns.Day).OrderByDescending(static e => e.At)];
}
