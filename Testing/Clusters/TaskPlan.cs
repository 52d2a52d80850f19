namespace OrleansTasks.Testing.Clusters;

/// <summary>
/// Computes what the schedules of a cluster's tasks plan, so that the mover of the clock knows what must happen at an instant.
/// </summary>
internal sealed class TaskPlan
{
    private readonly PriorityQueue<Entry, long> _next = new();

    private TaskPlan()
    {
    }

    /// <summary>Gets the first instant at which a task must run, or null if there is none.</summary>
    public DateTimeOffset? Next => _next.TryPeek(out var entry, out _) ? entry.Due : null;

    /// <summary>Asks the cluster for the next occurrences, and computes the following ones.</summary>
    public static async Task<TaskPlan> ReadAsync(ITaskClient client, DateTimeOffset now, CancellationToken ct)
    {
        var plan = new TaskPlan();
        await foreach (var task in client.ListAsync(new TaskQuery { State = TaskState.Active }, ct).ConfigureAwait(false))
        {
            if (task.Schedule is { } schedule && (task.NextDue > now ? task.NextDue : NextOf(schedule, now)) is { } due)
            {
                plan.Add(new Entry(task.Name, due, schedule));
            }
        }

        return plan;
    }

    /// <summary>Removes and returns the occurrences that are due by an instant, and plans the following ones.</summary>
    public List<RunId> Take(DateTimeOffset now)
    {
        var due = new List<RunId>();
        while (_next.TryPeek(out var entry, out _) && entry.Due <= now)
        {
            _next.Dequeue();
            due.Add(RunId.Of(entry.Task, entry.Due));
            if (NextOf(entry.Schedule, entry.Due) is { } next)
            {
                Add(entry with { Due = next });
            }
        }

        return due;
    }

    private void Add(Entry entry) => _next.Enqueue(entry, entry.Due.UtcTicks);

    private static DateTimeOffset? NextOf(TaskSchedule schedule, DateTimeOffset after)
    {
        try
        {
            return schedule.NextAfter(after);
        }
        catch (Exception e) when (e is InvalidOperationException or ScheduleTooExpensiveException)
        {
            // Only the cluster can determine it. The timers of its grains show when something is due.
            return null;
        }
    }

    private sealed record Entry(string Task, DateTimeOffset Due, TaskSchedule Schedule);
}
