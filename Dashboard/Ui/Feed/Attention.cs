



namespace OrleansTasks.Ui;

/// <summary>Finds the conditions that an operator should look at first. Pure.</summary>
internal static class Attention
{
    private const int Named = 5;
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Overdue = TimeSpan.FromMinutes(5);

    public static IReadOnlyList<AttentionItem> Of(ClusterState state, RecentRuns? recent, TimeSpan? high,
        DateTimeOffset now, IReadOnlyList<TaskEvent>? missed = null) =>
    [
        .. OfScheduler(state),
        .. OfFailed(recent, now),
        .. OfHandlers(state),
        .. OfMissed(missed ?? []),
        .. OfOverdue(state, now),
        .. OfLateness(high),
        .. OfPaused(state, now),
    ];

    private static IEnumerable<AttentionItem> OfScheduler(ClusterState state) => state.Scheduler switch
    {
        { State: SchedulerState.Stopped } => [new("bad", "The scheduler is stopped", "Nothing fires. Runs that are awaited or "
            + "triggered are rejected, and dispatched runs, such as those of Run…, are stored and wait. "
            + "If you have the permission, start it with the button above.", [], null)],
        { State: SchedulerState.Mixed, Partitions: var parts } =>
            [new("warn", "The scheduler is not started everywhere",
                $"{parts.Count(p => !p.Started)} of {parts.Count} partitions are stopped. Start it again to fix this.", [], null)],
        _ => [],
    };

    private static IEnumerable<AttentionItem> OfFailed(RecentRuns? recent, DateTimeOffset now) =>
        recent is not { Failing: { Count: > 0 } failing } ? [] :
    [
        new(
            recent.FailedInHour > 0 ? "bad" : "warn",
            $"{Words.Count(recent.FailedInDay, "run")} of {Words.Count(failing.Count, "task")} failed within a day",
            $"{recent.FailedInHour:N0} of them within the last hour. They stay here when the task succeeds again. The title leads to the "
                + "runs, which can be run again together.",
            [.. failing.Take(Named).Select(f => new AttentionLink(f.Task, Links.FailedRuns(f.Task), FailureText(f, now)))],
            Links.FailedRuns()),
    ];

    private static string FailureText(FailingTask failing, DateTimeOffset now) => Words.Count(failing.Runs, "run")
        + (failing.LastAt is { } at ? $", the last {Clock.Relative(at, now)}: {failing.Error ?? "no message"}" : "");

    private static IEnumerable<AttentionItem> OfHandlers(ClusterState state) =>
        state.Overview is not { WithoutHandler: > 0 and var count } overview ? [] :
    [
        new(
            "bad",
            $"{Words.Count(count, "task")} without a handler",
            "No active silo has the code for them: their schedules do not fire, and their runs wait. Deploy a silo that defines the "
                + "handler.",
            [.. overview.FirstWithoutHandler.Take(Named)
                .Select(t => new AttentionLink(t.Name, Links.Task(t.Name), $"needs the handler {t.Handler}"))],
            "list?show=homeless"),
    ];

    private static IEnumerable<AttentionItem> OfMissed(IReadOnlyList<TaskEvent> missed) =>
        missed.GroupBy(e => e.Task).Select(g => g.First()).ToList() is not { Count: > 0 } tasks ? [] :
    [
        new(
            "bad",
            $"{Words.Count(tasks.Count, "task")} missed occurrences within a day",
            "As far as this server has watched. The ledger of each task has all of them.",
            [.. tasks.Take(Named)
                .Select(
                    e => new AttentionLink(e.Task, Links.Task(e.Task),
                        Words.Of(OccurrenceOutcome.Missed, e.Reason ?? OutcomeReason.Outage)))],
            "list?show=missed"),
    ];

    private static IEnumerable<AttentionItem> OfOverdue(ClusterState state, DateTimeOffset now) =>
        state.Overview?.OldestDue.Where(r => now - r.DueAt > Overdue).ToList() is not { Count: > 0 } late ? [] :
    [
        new(
            "warn",
            $"{(late.Count == TasksOverview.Listed ? "At least " : "")}{Words.Count(late.Count, "stored run")} due for more than "
                + $"{Clock.Rough(Overdue)}",
            "They wait, or take a long time. The page of each run says what it waits for.",
            [.. late.Take(Named).Select(r => new AttentionLink(r.RunId.Task, Links.Run(r.RunId), $"due {Clock.Relative(r.DueAt, now)}"))],
            null),
    ];

    private static IEnumerable<AttentionItem> OfLateness(TimeSpan? high) => !(high > Late) ? [] :
    [
        new("warn", $"Runs start late: 1 of 100 by {Clock.Exact(high.Value)} or more", "Silos may lack places or processors. A limit of a "
            + "task or a missing handler also makes runs wait.", [], null),
    ];

    private static IEnumerable<AttentionItem> OfPaused(ClusterState state, DateTimeOffset now) =>
        state.Overview is not { Paused: > 0 and var count } overview ? [] :
    [
        new(
            "warn",
            $"{Words.Count(count, "task")} paused",
            "Their schedules do not fire until they are resumed.",
            [.. overview.LastPaused.Take(Named).Select(t => new AttentionLink(t.Name, Links.Task(t.Name), Pause(t, now)))],
            "list?state=paused"),
    ];

    private static string Pause(TaskInfo task, DateTimeOffset now) => string.Join(", ", new[]
    {
        task.PausedAt is { } at ? Clock.Relative(at, now) : null,
        task.PausedBy is { } by ? $"by {by}" : null,
        task.PausedUntil is { } until ? $"for another {Clock.Rough(until - now)}" : null,
        task.PauseNote is { } note ? $"“{note}”" : null,
    }.OfType<string>());
}

/// <summary>Describes one condition that needs attention.</summary>
/// <param name="Tone">The severity: <c>bad</c> or <c>warn</c>.</param>
/// <param name="Title">The summary of the condition.</param>
/// <param name="Text">What the condition means, and what to do.</param>
/// <param name="Links">Some of the affected items.</param>
/// <param name="All">The address of a list of all affected items; null if there is none.</param>
public sealed record AttentionItem(string Tone, string Title, string Text, IReadOnlyList<AttentionLink> Links, string? All);

/// <summary>Represents a link to one affected item.</summary>
/// <param name="Name">The item's name.</param>
/// <param name="Address">The address of the item's page.</param>
/// <param name="Text">A description of the item's condition.</param>
public sealed record AttentionLink(string Name, string Address, string Text);
