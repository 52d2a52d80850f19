using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Timers;

namespace OrleansTasks.Reminders;

/// <summary>Stops a silo at its start whose reminders would not work, with one error that lists all faults.</summary>
internal sealed class TaskRemindersValidator(IServiceProvider services, ReminderDefaults defaults, IOptions<TasksOptions> options)
    : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        var faults = defaults.Options.Faults(options.Value.Limits).Select(static f => $"AddTaskReminders: {f}").ToList();
        var isBesideOrleans = services.GetService<IServiceProviderIsService>()?.IsService(typeof(IReminderService)) == true;
        if (isBesideOrleans && !defaults.BesideOrleans)
        {
            faults.Add("AddTaskReminders and a reminder service of Orleans (AddReminders, UseInMemoryReminderService, "
                + "UseRedisReminderService, …) are both registered. Remove the latter; otherwise reminders in its table fire too. To move "
                + "them, set besideOrleans of AddTaskReminders.");
        }

        if (services.GetService<IReminderRegistry>() is not TaskReminderRegistry)
        {
            faults.Add("Reminders are registered elsewhere, because another reminder service was added after AddTaskReminders. Call "
                + "AddTaskReminders after it.");
        }

        if (faults.Count > 0)
        {
            throw new OrleansConfigurationException(string.Join(Environment.NewLine, faults));
        }
    }
}
