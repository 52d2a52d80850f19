using System.Collections.Concurrent;

namespace OrleansTasks.Ui;

/// <summary>The tasks whose last result was a failure, as far as this server has seen results go by: a limited number of them. Safe for several threads.</summary>
internal sealed class FailingTasks(int limit)
{
    private readonly ConcurrentDictionary<string, Failing> _tasks = new(StringComparer.Ordinal);

    /// <summary>Whether there were more than are kept.</summary>
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

    /// <summary>Notes that a task runs again, or is no more.</summary>
    public void Remove(string task)
    {
        if (_tasks.TryRemove(task, out _))
        {
            // There is room for those that were left out, should they fail again.
            HasMore = false;
        }
    }

    private static string? Shorten(string? error) => error?.Length > SeenResult.LongestText ? error[..SeenResult.LongestText] + "…" : error;

    /// <summary>Those that failed last first.</summary>
    public IReadOnlyList<Failing> Newest() => [.. _tasks.Values.OrderByDescending(f => f.At)];
}

/// <summary>A task whose last run failed.</summary>
/// <param name="Run">The run.</param>
/// <param name="Error">What it said.</param>
/// <param name="At">When it ended.</param>
/// <param name="Times">How many runs in a row have failed, as far as they were seen.</param>
public sealed record Failing(RunId Run, string? Error, DateTimeOffset At, int Times);
