using System.Text.Json;

namespace OrleansTasks.Reminders;

/// <summary>Represents the argument of a reminder's task: what a tick needs to call the grain.</summary>
internal sealed record ReminderTick
{
    /// <summary>Gets the grain's id, as text.</summary>
    public required string Grain { get; init; }

    /// <summary>Gets the reminder's name.</summary>
    public required string Reminder { get; init; }

    /// <summary>Gets the instant of the first tick, or that of the registration if the reminder has a schedule.</summary>
    public required DateTimeOffset FirstTick { get; init; }

    /// <summary>Gets the period, or zero if the ticks have no fixed period.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>Gets the mark of the registration, which is new with each one.</summary>
    public required string ETag { get; init; }

    /// <summary>Creates the argument of a new registration.</summary>
    public static ReminderTick New(GrainId grain, string reminder, DateTimeOffset firstTick, TimeSpan period) => new()
    {
        Grain = grain.ToString(),
        Reminder = reminder,
        FirstTick = firstTick,
        Period = period,
        ETag = Guid.NewGuid().ToString("N"),
    };

    /// <summary>Returns the argument of a task, or null if it has none, because someone else has changed the task.</summary>
    public static ReminderTick? Of(TaskInfo task)
    {
        if (task.Arguments is not { Count: 1 } arguments)
        {
            return null;
        }

        try
        {
            return arguments.Positional[0].Deserialize<ReminderTick>(TaskJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
