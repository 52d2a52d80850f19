using Microsoft.Extensions.DependencyInjection;
using Orleans.Timers;
using OrleansTasks.Reminders;

namespace OrleansTasks;

/// <summary>Registers reminders of grains with schedules.</summary>
public static class TaskReminderExtensions
{
    /// <summary>
    /// Registers a reminder of this grain with a schedule, such as a cron expression, or replaces the reminder of this name. The other
    /// methods for reminders (<c>GetReminder</c>, <c>GetReminders</c>, <c>UnregisterReminder</c>) work as usual.
    /// </summary>
    /// <param name="grain">The grain. It implements <see cref="IRemindable"/>.</param>
    /// <param name="reminderName">The reminder's name, unique in the grain.</param>
    /// <param name="schedule">The schedule. If it equals that of the registered reminder, the reminder continues at its times.</param>
    /// <param name="options">The options of the reminder's task. Null uses those of <c>AddTaskReminders</c>.</param>
    /// <param name="ct">A token that cancels the wait. The registration may still succeed.</param>
    /// <returns>The handle of the reminder, after it is stored.</returns>
    /// <remarks>
    /// In <see cref="TickStatus"/>, <see cref="TickStatus.FirstTickTime"/> is the instant of this registration. <see
    /// cref="TickStatus.Period"/> is the interval of <see cref="TaskSchedule.Every"/>, and zero for any other schedule. When the schedule
    /// has no further occurrence, the reminder is no longer registered.
    /// </remarks>
    /// <exception cref="ArgumentException">The name is empty, or the name of the reminder's task is longer than
    /// <see cref="TaskNames.MaxLength"/>.</exception>
    /// <exception cref="InvalidOperationException">The grain does not implement <see cref="IRemindable"/>, or the silo does not call
    /// <c>AddTaskReminders</c>.</exception>
    /// <exception cref="InvalidTaskException">The schedule has no further occurrence, or the options are not valid. The exception lists
    /// all faults.</exception>
    /// <example><code>
    /// await this.RegisterOrUpdateReminderAsync("report", TaskSchedule.Cron("0 9 * * MON-FRI", "Europe/Berlin"));
    /// </code></example>
    public static Task<IGrainReminder> RegisterOrUpdateReminderAsync(
        this IGrainBase grain, string reminderName, TaskSchedule schedule, TaskOptions? options = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(grain);
        ArgumentNullException.ThrowIfNull(schedule);
        var context = grain.GrainContext;
        if (grain is not IRemindable)
        {
            throw new InvalidOperationException($"The grain {context.GrainId} does not implement {nameof(IRemindable)}, and cannot receive "
                + "reminders.");
        }

        return context.ActivationServices.GetService<IReminderRegistry>() is TaskReminderRegistry registry
            ? registry.RegisterOrUpdateAsync(context.GrainId, reminderName, schedule, options, ct)
            : throw new InvalidOperationException("Reminders with schedules need AddTaskReminders() on the silo builder.");
    }
}
