using System.Text.Json.Serialization;

namespace OrleansTasks;

/// <summary>Represents a change that somebody made to a task. It is kept with the task.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TaskChange")]
public sealed record TaskChange
{
    /// <summary>The maximum number of changes that are kept: the last 20.</summary>
    public const int MaxKept = 20;

    /// <summary>Gets the time of the change, in UTC.</summary>
    [Id(0)]
    public DateTimeOffset At { get; init; }

    /// <summary>Gets the kind of change: one of the kinds about tasks.</summary>
    [Id(1)]
    public TaskEventKind Kind { get; init; }

    /// <summary>Gets the name of whoever made the change (see <see cref="TaskActor"/>), or null if it is not known.</summary>
    [Id(2), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? By { get; init; }

    /// <summary>Gets the note of a pause, or a description of a changed registration. Null if there is none.</summary>
    [Id(3), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }
}
