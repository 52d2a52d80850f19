using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansTasks.Runs;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>What a run came to: value or error, timings, attempt, silo. Immutable; the item of the result streams.</summary>
[GenerateSerializer, OmitDefaultMemberValues, Immutable, Alias("OrleansTasks.TaskResult")]
[JsonConverter(typeof(TaskResultJsonConverter))]
public sealed record TaskResult
{
    // Most runs log nothing, and an empty list of its type takes time and room on the wire.
    [Id(15)]
    private IReadOnlyList<RunLogLine>? _log;

    [Id(80)]
    private TaskHeaders? _headers;

    /// <summary>The run's id.</summary>
    [Id(0)]
    public required RunId RunId { get; init; }

    /// <summary>The task's name.</summary>
    public string Task => RunId.Task;

    /// <summary>
    /// The number of this result among the results of its task, from 1, rising by one with each. After the loss of a silo some numbers
    /// may stay unused. 0 in a result that a continuation is given: the runs that follow are stored before the result gets its number.
    /// </summary>
    [Id(1)]
    public long Sequence { get; init; }

    /// <summary>What the run came to.</summary>
    [Id(2)]
    public RunStatus Status { get; init; }

    /// <summary>Whether the handler returned and its value could be sent.</summary>
    public bool Successful => Status == RunStatus.Succeeded;

    /// <summary>The error's message; null if the run was successful.</summary>
    [Id(3)]
    public string? Error { get; init; }

    /// <summary>The full name of the exception's type; null if there was none.</summary>
    [Id(4)]
    public string? ErrorType { get; init; }

    /// <summary>The exception's stack; null if there was none, or if the silo keeps stacks to itself.</summary>
    [Id(5)]
    public string? Stack { get; init; }

    /// <summary>Why the run existed.</summary>
    [Id(6)]
    public RunTrigger Trigger { get; init; }

    /// <summary>The instant at which the run was due.</summary>
    [Id(7)]
    public DateTimeOffset ScheduledAt { get; init; }

    /// <summary>When the last attempt started; null if none did.</summary>
    [Id(8)]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the run ended.</summary>
    [Id(9)]
    public DateTimeOffset FinishedAt { get; init; }

    /// <summary>The number of the last attempt, from 1; 0 if none was started.</summary>
    [Id(10)]
    public int Attempt { get; init; }

    /// <summary>The silo of the last attempt; null if none was started.</summary>
    [Id(11)]
    public string? Silo { get; init; }

    /// <summary>In a result with status <see cref="RunStatus.Gap"/>: how many results went by unseen, up to and including <see cref="Sequence"/>. Else 0.</summary>
    [Id(12)]
    public long Missed { get; init; }

    /// <summary>
    /// Whether the value and the log are missing because the result was too large for its stream (<see cref="TaskEngineLimits.MaxStreamMessageSize"/>): the history has them. Only bare
    /// subscribers of a stream see such results; <see cref="ITaskClient.Results"/> brings them whole.
    /// </summary>
    [Id(19)]
    public bool IsPartial { get; init; }

    /// <summary>What the last attempt logged, from the level Information on: the last lines, as many as <see cref="TaskOptions.LogLines"/> says.</summary>
    public IReadOnlyList<RunLogLine> Log
    {
        get => _log ?? [];
        init => _log = value is { Count: > 0 } ? value : null;
    }

    /// <summary>Who asked for the run (see <see cref="TaskActor"/>); null if that is not known, or if its schedule did.</summary>
    [Id(16)]
    public string? RequestedBy { get; init; }

    /// <summary>The run that it follows (<see cref="Continuation"/>); null if it follows none.</summary>
    [Id(17)]
    public RunId? Parent { get; init; }

    /// <summary>
    /// The arguments that the run was given, in results that were read from a history; null if it used its task's own, if they were larger than the silo keeps
    /// (4 KiB by default), and in results that were answers or came on a stream.
    /// </summary>
    [Id(18)]
    public TaskArguments? Arguments { get; init; }

    /// <summary>The headers of the run: those that it was given, that it inherited, and its task's own. Empty if there were none.</summary>
    public IReadOnlyDictionary<string, string> Headers
    {
        get => _headers ?? TaskHeaders.None;
        init => _headers = TaskHeaders.Of(value);
    }

    /// <summary>The batch that it belongs to; null if it belongs to none.</summary>
    [Id(20)]
    public BatchMember? Batch { get; init; }

    /// <summary>The run that it repeats (<see cref="ITaskClient.RetryAsync"/>); null if it repeats none.</summary>
    [Id(21)]
    public RunId? RetryOf { get; init; }

    /// <summary>Whether the run was given arguments that are not kept with its result: they were larger than the silo keeps (<see cref="TaskEngineLimits.MaxKeptArgumentsSize"/>).</summary>
    [Id(22)]
    public bool LacksArguments { get; init; }

    /// <summary>The value as JSON in UTF-8; null if there is none.</summary>
    [Id(13)]
    internal byte[]? Json { get; init; }

    /// <summary>
    /// Names the registry that gave the number, where the result comes from the cluster's memory: another one means that storage was lost or
    /// exchanged, and that numbers begin anew. Empty in results that were read from storage or from JSON.
    /// </summary>
    [Id(14)]
    internal Guid Registry { get; init; }

    /// <summary>The same as answers and streams have it: whoever asked knows the arguments.</summary>
    internal TaskResult WithoutArguments() => Arguments is null ? this : this with { Arguments = null };

    /// <summary>The same without what may be large.</summary>
    internal TaskResult Part() => this with { Json = null, Log = [], Arguments = null, IsPartial = true };

    /// <summary>Whether there is a value: the handler returns one, and the task sends its values.</summary>
    public bool HasValue => Json is not null;

    /// <summary>The value as JSON; null if there is none.</summary>
    public JsonElement? Value => Json is null ? null : JsonSerializer.Deserialize<JsonElement>(Json, TaskJson.Options);

    /// <summary>The handler's value.</summary>
    /// <typeparam name="T">The type to read it as.</typeparam>
    /// <returns>The value; the type's default if the handler returns none.</returns>
    /// <exception cref="TaskFailedException">The run was not successful.</exception>
    /// <exception cref="TaskValueMismatchException">The value cannot be read as the type.</exception>
    public T? GetValue<T>()
    {
        if (!Successful)
        {
            throw new TaskFailedException(this);
        }

        return Json is null ? default : TaskJson.ReadValue<T>(Json, Task, $"The value of {RunId}");
    }
}
