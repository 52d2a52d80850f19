using System.Collections.Concurrent;

namespace OrleansTasks.Ui;

/// <summary>
/// Stores the tasks whose last result is a failure, up to a limit, as far as this server has received results. Thread-safe.
/// </summary>
internal sealed class FailingTasks(int limit)
{
    private readonly ConcurrentDictionary<string, Failing> _tasks = new(StringComparer.Ordinal);

    /// <summary>Gets a value indicating whether failing tasks were omitted because of the limit.</summary>
    public bool HasMore { get; private set; }

    public int Count => _tasks.Count;

    public void Add(TaskResult result)
    {
        switch (result.Status)
        {
            case RunStatus.Succeeded:
                Remove(result.Task);
                break;
            case RunStatus.Failed or RunStatus.TimedOut or RunStatus.Lost when _tasks.Count < limit || _tasks.ContainsKey(result.Task):
                _tasks.AddOrUpdate(
                    result.Task,
                    _ => new Failing(result.RunId, Shorten(result.Error), result.FinishedAt, 1),
                    (_, before) => new Failing(result.RunId, Shorten(result.Error), result.FinishedAt, before.Times + 1));
                break;
            case RunStatus.Failed or RunStatus.TimedOut or RunStatus.Lost:
                HasMore = true;
                break;
            default:
                break;
        }
    }

    /// <summary>Removes a task that succeeded or was cancelled.</summary>
    public void Remove(string task)
    {
        if (_tasks.TryRemove(task, out _))
        {
            // A task that was omitted can be added when it fails again.
            HasMore = false;
        }
    }

    private static string? Shorten(string? error) => error?.Length > SeenResult.LongestText ? error[..SeenResult.LongestText] + "…" : error;

    /// <summary>Returns the failing tasks, most recent failure first.</summary>
    public IReadOnlyList<Failing> Newest() => [.. _tasks.Values.OrderByDescending(f => f.At)];
}

/// <summary>Represents a task whose last run failed.</summary>
/// <param name="Run">The run.</param>
/// <param name="Error">The error message.</param>
/// <param name="At">The instant at which the run ended.</param>
/// <param name="Times">The number of consecutive failed runs that this server has received.</param>
public sealed record Failing(RunId Run, string? Error, DateTimeOffset At, int Times);
