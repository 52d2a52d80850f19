using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>A task as the registry has it, and what it is doing.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TaskInfo")]
public sealed record TaskInfo
{
    [Id(80)]
    private TaskHeaders? _headers;

    /// <summary>The task's name.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>The name of the handler that runs it.</summary>
    [Id(1)]
    public required string Handler { get; init; }

    /// <summary>Where it is in its life.</summary>
    [Id(2)]
    public TaskState State { get; init; }

    /// <summary>Whether some silo has the handler. While none has, the schedule does not fire and runs wait.</summary>
    [Id(3)]
    public bool HandlerAvailable { get; init; }

    /// <summary>Whether the task was defined by a silo's code, rather than registered while running.</summary>
    [Id(4)]
    public bool DefinedInCode { get; init; }

    /// <summary>Whether configuration says what the task is (<c>FromConfiguration</c>); it may have been changed while running since.</summary>
    [Id(40), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool DefinedInConfiguration { get; init; }

    /// <summary>When it runs; null: only by request.</summary>
    [Id(5)]
    public TaskSchedule? Schedule { get; init; }

    /// <summary>The schedule in plain English, with what <c>H</c> in a cron expression is for this task; null without a schedule.</summary>
    public string? ScheduleDescription => Schedule?.DescribeFor(Name);

    /// <summary>Why the schedule cannot be looked ahead, so that nothing fires: finding its next occurrence takes too much, or this version does not take it. Null, as a rule: it can.</summary>
    [Id(22), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ScheduleFault { get; init; }

    /// <summary>The task's own arguments; null if it has none.</summary>
    [Id(6)]
    public TaskArguments? Arguments { get; init; }

    /// <summary>The task's own headers, which go with its runs; null if it has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Headers
    {
        get => _headers;
        init => _headers = TaskHeaders.Of(value);
    }

    /// <summary>How its runs are treated.</summary>
    [Id(7)]
    public TaskOptions Options { get; init; } = TaskOptions.Default;

    /// <summary>The next occurrence; null if there is none, or if the task does not fire.</summary>
    [Id(8)]
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>When it was first registered.</summary>
    [Id(9)]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    [Id(10)]
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The number of changes to the registration, from 1.</summary>
    [Id(11)]
    public long Revision { get; init; }

    /// <summary>Why it was paused, if that was said; null unless paused.</summary>
    [Id(12)]
    public string? PauseNote { get; init; }

    /// <summary>When a paused task goes on by itself; null: when it is resumed, or it is not paused.</summary>
    [Id(17)]
    public DateTimeOffset? PausedUntil { get; init; }

    /// <summary>Who paused it, if that was said; null unless paused.</summary>
    [Id(18)]
    public string? PausedBy { get; init; }

    /// <summary>When it was paused; null unless paused.</summary>
    [Id(19)]
    public DateTimeOffset? PausedAt { get; init; }

    /// <summary>What becomes of the occurrences within the pause.</summary>
    [Id(20)]
    public PausedOccurrences PausedOccurrences { get; init; }

    /// <summary>The number of runs under way; null in lists.</summary>
    [Id(13)]
    public int? Running { get; init; }

    /// <summary>The number of runs that are due and wait; null in lists.</summary>
    [Id(14)]
    public int? Waiting { get; init; }

    /// <summary>The sequence number of the last result, 0 if there was none; null in lists.</summary>
    [Id(15)]
    public long? LastSequence { get; init; }

    /// <summary>The last changes that were made to it and by whom, up to 20, the newest first; null in lists.</summary>
    [Id(21)]
    public IReadOnlyList<TaskChange>? Changes { get; init; }

    /// <summary>The last result; null in lists, or if there is none.</summary>
    [Id(16)]
    public TaskResult? LastResult { get; init; }
}
