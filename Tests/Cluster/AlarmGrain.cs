using System.Collections.Concurrent;

namespace OrleansTasks.Tests.Cluster;

public interface IAlarmGrain : IGrainWithStringKey
{
    Task<IGrainReminder> SetAsync(string name, TimeSpan dueTime, TimeSpan period);

    Task<IGrainReminder> SetAsync(string name, TaskSchedule schedule);

    Task<IGrainReminder?> FindAsync(string name);

    Task<List<string>> NamesAsync();

    Task StopAsync(IGrainReminder reminder);
}

/// <summary>Sets and stops reminders, with nothing in its code that only works with task reminders, except for schedules.</summary>
internal sealed class AlarmGrain(Ticks ticks) : Grain, IAlarmGrain, IRemindable
{
    public Task<IGrainReminder> SetAsync(string name, TimeSpan dueTime, TimeSpan period) =>
        this.RegisterOrUpdateReminder(name, dueTime, period);

    public Task<IGrainReminder> SetAsync(string name, TaskSchedule schedule) => this.RegisterOrUpdateReminderAsync(name, schedule);

    public async Task<IGrainReminder?> FindAsync(string name) => await this.GetReminder(name);

    public async Task<List<string>> NamesAsync() => [.. (await this.GetReminders()).Select(static r => r.ReminderName)];

    public Task StopAsync(IGrainReminder reminder) => this.UnregisterReminder(reminder);

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        ticks.All.Enqueue(new Tick(this.GetPrimaryKeyString(), reminderName, status));
        return ticks.OnTick(this, reminderName);
    }
}

/// <summary>Receives its ticks with a token.</summary>
internal sealed class AwareAlarmGrain(Ticks ticks) : Grain, IAwareAlarmGrain, IRemindable
{
    public Task SetAsync(string name, TimeSpan period) => this.RegisterOrUpdateReminder(name, period, period, CancellationToken.None);

    public Task ReceiveReminder(string reminderName, TickStatus status) => throw new NotSupportedException();

    public Task ReceiveReminder(string reminderName, TickStatus status, CancellationToken cancellationToken)
    {
        ticks.All.Enqueue(new Tick(this.GetPrimaryKeyString(), reminderName, status));
        return Task.CompletedTask;
    }
}

public interface IAwareAlarmGrain : IGrainWithStringKey
{
    Task SetAsync(string name, TimeSpan period);
}

/// <summary>Has no reminders, because it cannot receive any.</summary>
internal sealed class DeafGrain : Grain, IDeafGrain
{
    public Task SetAsync() => this.RegisterOrUpdateReminderAsync("nothing", TaskSchedule.Every(TimeSpan.FromHours(1)));
}

public interface IDeafGrain : IGrainWithStringKey
{
    Task SetAsync();
}

/// <summary>Represents a tick that a grain has received.</summary>
internal sealed record Tick(string Grain, string Reminder, TickStatus Status)
{
    public DateTimeOffset At => Status.CurrentTickTime;
}

/// <summary>Keeps the ticks of all grains, and decides what a grain does in a tick.</summary>
internal sealed class Ticks
{
    public ConcurrentQueue<Tick> All { get; } = new();

    public Func<AlarmGrain, string, Task> OnTick { get; set; } = static (_, _) => Task.CompletedTask;

    /// <summary>Returns when a reminder of a grain ticked, in seconds after an instant.</summary>
    public IEnumerable<double> Of(string grain, string reminder, DateTimeOffset since) =>
        All.Where(t => t.Grain == grain && t.Reminder == reminder).Select(t => (t.At - since).TotalSeconds);
}
