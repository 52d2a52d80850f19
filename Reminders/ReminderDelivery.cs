using Microsoft.Extensions.DependencyInjection;

namespace OrleansTasks.Reminders;

/// <summary>Delivers the ticks of all reminders: the handler of their tasks.</summary>
internal static class ReminderDelivery
{
    /// <summary>The name of the handler, and of a task that only describes it.</summary>
    public const string Handler = "reminder-tick";

    /// <summary>Gets the options of the task that describes the handler.</summary>
    public static TaskOptions Options { get; } = new()
    {
        Description = "Delivers the ticks of reminders to their grains. Each reminder is a task of this handler.",
        SendReturnValues = false,
    };

    /// <summary>Calls the grain, and waits until it has received the tick.</summary>
    /// <remarks>
    /// The run's token is not passed on. If a grain unregisters a reminder within its tick, the token is cancelled, and the tick must go
    /// on. The method with a token calls the other one, unless the grain implements it.
    /// </remarks>
    public static Task DeliverAsync(
        ReminderTick tick, IGrainFactory grains, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time)
    {
        var status = new TickStatus(tick.FirstTick.UtcDateTime, tick.Period, time.GetUtcNow().UtcDateTime);
        return grains.GetGrain<IRemindable>(GrainId.Parse(tick.Grain)).ReceiveReminder(tick.Reminder, status, CancellationToken.None);
    }
}
