using Microsoft.Extensions.DependencyInjection;
using Orleans.Timers;

namespace OrleansTasks.Reminders;

/// <summary>Keeps the reminders of grains as tasks, in place of the registry of Orleans.</summary>
/// <param name="tasks">The client of the cluster's tasks.</param>
/// <param name="defaults">The options of reminders that set none.</param>
/// <param name="time">The clock of grains and tasks.</param>
internal sealed class TaskReminderRegistry(
    ITaskClient tasks, ReminderDefaults defaults, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : IReminderRegistry
{
    /// <inheritdoc />
    public Task<IGrainReminder> RegisterOrUpdateReminder(GrainId callingGrainId, string reminderName, TimeSpan dueTime, TimeSpan period) =>
        RegisterOrUpdateReminder(callingGrainId, reminderName, dueTime, period, CancellationToken.None);

    /// <inheritdoc />
    public Task<IGrainReminder> RegisterOrUpdateReminder(
        GrainId callingGrainId, string reminderName, TimeSpan dueTime, TimeSpan period, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var schedule = ReminderSchedules.Of(now, dueTime, period);
        var tick = ReminderTick.New(callingGrainId, reminderName, now + dueTime, period);
        return RegisterAsync(callingGrainId, tick, schedule, ct: cancellationToken);
    }

    /// <summary>Registers a reminder with a schedule, or replaces the reminder of this name.</summary>
    /// <param name="grain">The grain.</param>
    /// <param name="reminder">The reminder's name.</param>
    /// <param name="schedule">The schedule.</param>
    /// <param name="options">The options of its task. Null uses those of the silo.</param>
    /// <param name="ct">A token that cancels the wait. The registration may still succeed.</param>
    /// <returns>The handle, after the registration is stored.</returns>
    public Task<IGrainReminder> RegisterOrUpdateAsync(
        GrainId grain, string reminder, TaskSchedule schedule, TaskOptions? options, CancellationToken ct)
    {
        var period = schedule is EverySchedule every ? every.Interval : TimeSpan.Zero;
        return RegisterAsync(grain, ReminderTick.New(grain, reminder, time.GetUtcNow(), period), schedule, options, ct: ct);
    }

    /// <summary>Registers the reminders of a table that are not registered here, and removes their rows.</summary>
    /// <returns>The number of rows that were removed.</returns>
    public async Task<int> MoveAsync(IReminderTable table, CancellationToken ct)
    {
        var moved = 0;
        foreach (var row in (await table.ReadRows(0, 0, ct).ConfigureAwait(false)).Reminders)
        {
            var first = new DateTimeOffset(DateTime.SpecifyKind(row.StartAt, DateTimeKind.Utc));
            var schedule = ReminderSchedules.From(first, row.Period);
            try
            {
                var tick = ReminderTick.New(row.GrainId, row.ReminderName, first, row.Period);
                await RegisterAsync(row.GrainId, tick, schedule, createOnly: true, ct: ct).ConfigureAwait(false);
            }
            catch (TaskConflictException)
            {
                // The grain has registered it here meanwhile, which is newer.
            }

            moved += await table.RemoveRow(row.GrainId, row.ReminderName, row.ETag ?? "", ct).ConfigureAwait(false) ? 1 : 0;
        }

        return moved;
    }

    /// <inheritdoc />
    public Task UnregisterReminder(GrainId callingGrainId, IGrainReminder reminder) =>
        UnregisterReminder(callingGrainId, reminder, CancellationToken.None);

    /// <inheritdoc />
    public async Task UnregisterReminder(GrainId callingGrainId, IGrainReminder reminder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reminder);
        if (reminder is not TaskReminder given)
        {
            throw new ArgumentException(
                $"The reminder '{reminder.ReminderName}' is a {reminder.GetType()}, from another reminder service. Use the result of "
                    + "GetReminder.",
                nameof(reminder));
        }

        // Another registration between the two steps would be cancelled as well. Only the grain itself registers, one turn at a time.
        if (await FindAsync(given.Grain, given.ReminderName, cancellationToken).ConfigureAwait(false) is not { } task)
        {
            return;
        }

        if (ETagOf(task) != given.ETag)
        {
            throw new ReminderException(
                $"The reminder '{given.ReminderName}' of the grain {given.Grain} is not removed, because it was registered again after "
                    + "this handle was returned. Use the result of GetReminder.");
        }

        try
        {
            await tasks.GetTask(task.Name).CancelAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (TaskNotFoundException)
        {
            // It is gone, as requested.
        }
    }

    /// <inheritdoc />
    public Task<IGrainReminder?> GetReminder(GrainId callingGrainId, string reminderName) =>
        GetReminder(callingGrainId, reminderName, CancellationToken.None);

    /// <inheritdoc />
    public async Task<IGrainReminder?> GetReminder(GrainId callingGrainId, string reminderName, CancellationToken cancellationToken) =>
        await FindAsync(callingGrainId, reminderName, cancellationToken).ConfigureAwait(false) is { } task
            ? new TaskReminder(callingGrainId, reminderName, ETagOf(task)) : null;

    /// <inheritdoc />
    public Task<List<IGrainReminder>> GetReminders(GrainId callingGrainId) => GetReminders(callingGrainId, CancellationToken.None);

    /// <inheritdoc />
    public async Task<List<IGrainReminder>> GetReminders(GrainId callingGrainId, CancellationToken cancellationToken)
    {
        var reminders = new List<IGrainReminder>();
        var query = new TaskQuery { Prefix = ReminderNames.PrefixOf(callingGrainId), Handler = ReminderDelivery.Handler };
        await foreach (var task in tasks.ListAsync(query, cancellationToken).ConfigureAwait(false))
        {
            if (IsRegistered(task) && ReminderTick.Of(task) is { } tick)
            {
                reminders.Add(new TaskReminder(callingGrainId, tick.Reminder, tick.ETag));
            }
        }

        return reminders;
    }

    private static string ETagOf(TaskInfo task) => ReminderTick.Of(task)?.ETag ?? "";

    private static bool IsRegistered(TaskInfo task) => task.State is TaskState.Active or TaskState.Paused;

    private async Task<IGrainReminder> RegisterAsync(
        GrainId grain, ReminderTick tick, TaskSchedule schedule, TaskOptions? options = null, bool createOnly = false,
        CancellationToken ct = default)
    {
        var registration = new TaskRegistration
        {
            Name = ReminderNames.TaskOf(grain, tick.Reminder),
            Handler = ReminderDelivery.Handler,
            Schedule = schedule,
            Arguments = TaskArguments.Of(tick),
            Options = options ?? defaults.Options,
            CreateOnly = createOnly,
        };
        await tasks.ScheduleAsync(registration, ct).ConfigureAwait(false);
        return new TaskReminder(grain, tick.Reminder, tick.ETag);
    }

    /// <summary>Returns the task of a reminder, or null if it is not registered.</summary>
    private async Task<TaskInfo?> FindAsync(GrainId grain, string reminder, CancellationToken ct)
    {
        try
        {
            var task = await tasks.GetTask(ReminderNames.TaskOf(grain, reminder)).DescribeAsync(ct).ConfigureAwait(false);
            return IsRegistered(task) ? task : null;
        }
        catch (TaskNotFoundException)
        {
            return null;
        }
    }
}
