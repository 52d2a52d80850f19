using Microsoft.Extensions.DependencyInjection;
using Orleans.Timers;
using OrleansTasks;
using OrleansTasks.Hosting;
using OrleansTasks.Reminders;

namespace Orleans.Hosting;

/// <summary>Adds reminders to a silo.</summary>
public static class TaskRemindersSiloBuilderExtensions
{
    /// <summary>
    /// Keeps the reminders of grains as tasks. Grains that implement <see cref="IRemindable"/> keep their code, and no reminder table is
    /// needed.
    /// </summary>
    /// <param name="builder">The silo builder.</param>
    /// <param name="options">Returns the options of the tasks of reminders, from those that apply otherwise: ticks do not overlap
    /// (<see cref="OverlapPolicy.Skip"/>), and missed ones are skipped (<see cref="CatchUpPolicy.None"/>). Null changes nothing. They apply
    /// to reminders that are registered from now on.</param>
    /// <param name="besideOrleans">True if the silo may have a reminder service of Orleans too, whose reminders are moved with
    /// <see cref="MoveRemindersToTasksAsync"/>. Default: false, which stops such a silo at its start.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    /// <remarks>
    /// <para>Each reminder is a task of the handler <c>reminder-tick</c>, with the name <c>reminder:grain type:grain key:reminder</c>.
    /// Periods have at least 1 ms. <see cref="ReminderOptions.MinimumReminderPeriod"/> does not apply.</para>
    /// <para>It replaces the reminder service of Orleans. Call it on all silos with such grains, before or after <c>AddTasks</c>.</para>
    /// </remarks>
    public static ISiloBuilder AddTaskReminders(
        this ISiloBuilder builder, Func<TaskOptions, TaskOptions>? options = null, bool besideOrleans = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        var known = services.FirstOrDefault(static d => d.ServiceType == typeof(ReminderDefaults))?.ImplementationInstance;
        if (known is not ReminderDefaults defaults)
        {
            services.AddSingleton(defaults = new ReminderDefaults());
            services.AddOrleansAssemblies(typeof(ReminderDefaults).Assembly);
            services.AddSingleton<TaskReminderRegistry>();
            services.AddSingleton<IReminderRegistry>(static s => s.GetRequiredService<TaskReminderRegistry>());
            services.AddSingleton<IConfigurationValidator, TaskRemindersValidator>();
            builder.AddTasks(
                static tasks => tasks.Define(ReminderDelivery.Handler, ReminderDelivery.DeliverAsync, ReminderDelivery.Options));
        }

        defaults.BesideOrleans |= besideOrleans;
        defaults.Options = options?.Invoke(defaults.Options) ?? defaults.Options;
        return builder;
    }

    /// <summary>
    /// Moves the reminders in the reminder table of Orleans to tasks. They keep their times. A reminder that the grain has registered as a
    /// task meanwhile is kept as it is.
    /// </summary>
    /// <param name="services">The services of a silo that has started and has both <c>AddTaskReminders(besideOrleans: true)</c> and the
    /// previous reminder service.</param>
    /// <param name="ct">A token that cancels the operation. Reminders that were moved before stay moved.</param>
    /// <returns>The number of rows that were removed from the table.</returns>
    /// <remarks>
    /// It can be called again, also on several silos at once. Until the silos have read the table again
    /// (<see cref="ReminderOptions.RefreshReminderListPeriod"/>, 5 minutes), a reminder may tick twice.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The silo has no reminder table, or does not call <c>AddTaskReminders</c>.</exception>
    /// <exception cref="ArgumentException">The name of a reminder's task is longer than <see cref="TaskNames.MaxLength"/>. Reminders before
    /// it are moved.</exception>
    public static Task<int> MoveRemindersToTasksAsync(this IServiceProvider services, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.GetRequiredService<TaskReminderRegistry>().MoveAsync(services.GetRequiredService<IReminderTable>(), ct);
    }
}
