namespace OrleansTasks.Reminders;

/// <summary>Keeps the settings of AddTaskReminders: the options of tasks of reminders that set none, among others.</summary>
internal sealed class ReminderDefaults
{
    /// <summary>Gets or sets the options. Unless changed, missed ticks are skipped, as they are by Orleans.</summary>
    public TaskOptions Options { get; set; } = new() { CatchUp = CatchUpPolicy.None, SendReturnValues = false };

    /// <summary>Gets or sets a value indicating whether the silo may have a reminder service of Orleans too.</summary>
    public bool BesideOrleans { get; set; }
}
