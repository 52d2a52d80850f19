using System.Text.Json.Serialization;

namespace OrleansTasks;

/// <summary>A change that somebody made to a task, as it is kept with the task.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TaskChange")]
public sealed record TaskChange
{
    /// <summary>The greatest number of changes that are kept, the last ones: 20.</summary>
    public const int MaxKept = 20;

    /// <summary>When, in UTC.</summary>
    [Id(0)]
    public DateTimeOffset At { get; init; }

    /// <summary>What was done: one of those about a task.</summary>
    [Id(1)]
    public TaskEventKind Kind { get; init; }

    /// <summary>Who did it (see <see cref="TaskActor"/>); null if that is not known.</summary>
    [Id(2), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? By { get; init; }

    /// <summary>What was said of it: the note of a pause, or what a change of the registration was about; null for nothing.</summary>
    [Id(3), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }
}
