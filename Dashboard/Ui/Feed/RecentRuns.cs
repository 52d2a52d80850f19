namespace OrleansTasks.Ui;

/// <summary>Represents what the index of runs in the cluster says about the last day.</summary>
/// <param name="At">The instant at which the index was read.</param>
/// <param name="EndedInMinute">The number of runs that ended within the last minute.</param>
/// <param name="FailedInHour">The number of runs that failed, timed out or were lost within the last hour.</param>
/// <param name="Failing">The tasks with such runs within the last day, most runs first.</param>
internal sealed record RecentRuns(DateTimeOffset At, long EndedInMinute, long FailedInHour, IReadOnlyList<FailingTask> Failing)
{
    /// <summary>The period within which failed runs need attention.</summary>
    public static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private const int NewestFailures = 20;

    /// <summary>The statuses of runs that need attention: failed, timed out and lost.</summary>
    public static IReadOnlyList<RunStatus> Troubled { get; } = [RunStatus.Failed, RunStatus.TimedOut, RunStatus.Lost];

    /// <summary>Gets the number of runs that failed, timed out or were lost within the last day.</summary>
    public long FailedInDay => Failing.Sum(static f => f.Runs);

    /// <summary>Selects the runs that failed, timed out or were lost within a period before an instant.</summary>
    public static RunQuery FailedWithin(TimeSpan period, DateTimeOffset now) => new() { Statuses = Troubled, From = now - period };

    /// <summary>Orders tasks by their number of runs, and adds the newest known run of each.</summary>
    /// <param name="counts">The number of failed runs of each task.</param>
    /// <param name="newest">Failed runs, newest first. They need not include one of each task.</param>
    public static IReadOnlyList<FailingTask> Of(IReadOnlyDictionary<string, long> counts, IReadOnlyList<RunInfo> newest)
    {
        var last = newest.GroupBy(static r => r.Task, StringComparer.Ordinal)
            .ToDictionary(static g => g.Key, static g => g.First(), StringComparer.Ordinal);
        return
        [
            .. counts
                .Select(c => new FailingTask(c.Key, c.Value, last.GetValueOrDefault(c.Key)?.FinishedAt,
                    Shorten(last.GetValueOrDefault(c.Key)?.Result?.Error)))
                .OrderByDescending(static f => f.Runs).ThenByDescending(static f => f.LastAt ?? DateTimeOffset.MinValue)
                .ThenBy(static f => f.Task, StringComparer.Ordinal),
        ];
    }

    /// <summary>Reads the index.</summary>
    public static async Task<RecentRuns> ReadAsync(ITaskClient client, DateTimeOffset now, CancellationToken ct)
    {
        var ended = client.CountRunsAsync(new RunQuery { From = now.AddMinutes(-1) }, RunCountBy.Status, ct);
        var hour = client.CountRunsAsync(FailedWithin(TimeSpan.FromHours(1), now), RunCountBy.Status, ct);
        var day = client.CountRunsAsync(FailedWithin(Day, now), RunCountBy.Task, ct);
        await Task.WhenAll(ended, hour, day).ConfigureAwait(false);
        var (byTask, newest) = (await day.ConfigureAwait(false), new List<RunInfo>());
        if (byTask.Count > 0)
        {
            await foreach (var run in client.RunsAsync(FailedWithin(Day, now) with { Limit = NewestFailures }, ct).ConfigureAwait(false))
            {
                newest.Add(run);
            }
        }

        return new RecentRuns(now, (await ended.ConfigureAwait(false)).Values.Sum(), (await hour.ConfigureAwait(false)).Values.Sum(),
            Of(byTask, newest));
    }

    private static string? Shorten(string? error) =>
        error?.Length > SeenResult.LongestText ? error[..SeenResult.LongestText] + "…" : error;
}

/// <summary>Represents a task with failed runs.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Runs">The number of failed runs within the last day.</param>
/// <param name="LastAt">The instant at which the last of them ended; null if it is not among the newest failures of all tasks.</param>
/// <param name="Error">The error message of that run; null if it is not known.</param>
internal sealed record FailingTask(string Task, long Runs, DateTimeOffset? LastAt, string? Error);
