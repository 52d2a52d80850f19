using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Represents a registered task and its current activity.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TaskInfo")]
public sealed record TaskInfo
{
    [Id(80)]
    private TaskHeaders? _headers;

    /// <summary>Gets the task's name.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Gets the name of the handler that runs it.</summary>
    [Id(1)]
    public required string Handler { get; init; }

    /// <summary>Gets the state of the task.</summary>
    [Id(2)]
    public TaskState State { get; init; }

    /// <summary>
    /// Gets a value indicating whether any silo has the handler. While none has, the schedule does not fire and runs wait.
    /// </summary>
    [Id(3)]
    public bool HandlerAvailable { get; init; }

    /// <summary>Gets a value indicating whether a silo's code defined the task, rather than a registration at run time.</summary>
    [Id(4)]
    public bool DefinedInCode { get; init; }

    /// <summary>
    /// Gets a value indicating whether configuration defines the task (<c>FromConfiguration</c>). It may have been changed at run time
    /// since.
    /// </summary>
    [Id(40), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool DefinedInConfiguration { get; init; }

    /// <summary>Gets the schedule. Null if the task runs only by request.</summary>
    [Id(5)]
    public TaskSchedule? Schedule { get; init; }

    /// <summary>
    /// Gets the schedule in plain English, with this task's values for <c>H</c> in a cron expression. Null without a schedule.
    /// </summary>
    public string? ScheduleDescription => Schedule?.DescribeFor(Name);

    /// <summary>
    /// Gets why no occurrence can be computed, so that nothing fires: the search exceeds its limits, or this version does not accept the
    /// schedule. Usually null.
    /// </summary>
    [Id(22), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ScheduleFault { get; init; }

    /// <summary>Gets the task's own arguments, or null if it has none.</summary>
    [Id(6)]
    public TaskArguments? Arguments { get; init; }

    /// <summary>Gets the task's own headers, which all of its runs have. Null if it has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Headers
    {
        get => _headers;
        init => _headers = TaskHeaders.Of(value);
    }

    /// <summary>Gets the options of the task's runs.</summary>
    [Id(7)]
    public TaskOptions Options { get; init; } = TaskOptions.Default;

    /// <summary>Gets the next occurrence, or null if there is none or the task does not fire.</summary>
    [Id(8)]
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>Gets the time of the first registration.</summary>
    [Id(9)]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets the time of the last change.</summary>
    [Id(10)]
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Gets the revision of the registration: 1 for the first, and one more with each change.</summary>
    [Id(11)]
    public long Revision { get; init; }

    /// <summary>Gets the note of the pause, or null if there is none or the task is not paused.</summary>
    [Id(12)]
    public string? PauseNote { get; init; }

    /// <summary>
    /// Gets the instant at which a paused task resumes by itself. Null if it stays paused until it is resumed, or is not paused.
    /// </summary>
    [Id(17)]
    public DateTimeOffset? PausedUntil { get; init; }

    /// <summary>Gets the name of whoever paused the task, or null if it is not known or the task is not paused.</summary>
    [Id(18)]
    public string? PausedBy { get; init; }

    /// <summary>Gets the time at which the task was paused, or null if it is not paused.</summary>
    [Id(19)]
    public DateTimeOffset? PausedAt { get; init; }

    /// <summary>Gets what happens to the occurrences within the pause.</summary>
    [Id(20)]
    public PausedOccurrences PausedOccurrences { get; init; }

    /// <summary>Gets the number of active runs. Null in lists.</summary>
    [Id(13)]
    public int? Running { get; init; }

    /// <summary>Gets the number of runs that are due and wait. Null in lists.</summary>
    [Id(14)]
    public int? Waiting { get; init; }

    /// <summary>Gets the sequence number of the last result, 0 if there was none. Null in lists.</summary>
    [Id(15)]
    public long? LastSequence { get; init; }

    /// <summary>Gets the last changes, with their authors: up to 20, newest first. Null in lists.</summary>
    [Id(21)]
    public IReadOnlyList<TaskChange>? Changes { get; init; }

    /// <summary>Gets the last result. Null in lists, or if there is none.</summary>
    [Id(16)]
    public TaskResult? LastResult { get; init; }
}
