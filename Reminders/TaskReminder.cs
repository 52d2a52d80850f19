namespace OrleansTasks.Reminders;

/// <summary>Represents a handle of one registration of a reminder.</summary>
/// <param name="Grain">The grain.</param>
/// <param name="ReminderName">The reminder's name.</param>
/// <param name="ETag">The mark of the registration. A later registration has another one.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TaskReminder")]
internal sealed record TaskReminder(
    [property: Id(0)] GrainId Grain,
    [property: Id(1)] string ReminderName,
    [property: Id(2)] string ETag) : IGrainReminder;
