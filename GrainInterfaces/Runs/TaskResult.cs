using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OrleansTasks.Runs;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>
/// Represents the result of a run: value or error, times, attempt, silo. Immutable. It is the item of the result streams.
/// </summary>
[GenerateSerializer, OmitDefaultMemberValues, Immutable, Alias("OrleansTasks.TaskResult")]
[JsonConverter(typeof(TaskResultJsonConverter))]
public sealed record TaskResult
{
    // Most runs log nothing, and an empty list of its type takes time and room in messages.
    [Id(15)]
    private IReadOnlyList<RunLogLine>? _log;

    [Id(23)]
    private IReadOnlyList<RunMark>? _marks;

    [Id(80)]
    private TaskHeaders? _headers;

    /// <summary>Gets the run's id.</summary>
    [Id(0)]
    public required RunId RunId { get; init; }

    /// <summary>Gets the task's name.</summary>
    public string Task => RunId.Task;

    /// <summary>
    /// Gets the sequence number of this result among the results of its task, from 1. After the loss of a silo some numbers may stay
    /// unused. 0 in a result that a continuation receives, because the continuation is stored before the result gets its number.
    /// </summary>
    [Id(1)]
    public long Sequence { get; init; }

    /// <summary>Gets the final status of the run.</summary>
    [Id(2)]
    public RunStatus Status { get; init; }

    /// <summary>Gets a value indicating whether the handler returned and its value could be sent.</summary>
    public bool Successful => Status == RunStatus.Succeeded;

    /// <summary>Gets the error message, or null if the run succeeded.</summary>
    [Id(3)]
    public string? Error { get; init; }

    /// <summary>Gets the full name of the exception's type, or null if there was none.</summary>
    [Id(4)]
    public string? ErrorType { get; init; }

    /// <summary>Gets the exception's stack trace, or null if there was none or the silo does not reveal stack traces.</summary>
    [Id(5)]
    public string? Stack { get; init; }

    /// <summary>Gets what created the run.</summary>
    [Id(6)]
    public RunTrigger Trigger { get; init; }

    /// <summary>Gets the instant at which the run was due.</summary>
    [Id(7)]
    public DateTimeOffset ScheduledAt { get; init; }

    /// <summary>Gets the start of the last attempt, or null if none started.</summary>
    [Id(8)]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets the time at which the run ended.</summary>
    [Id(9)]
    public DateTimeOffset FinishedAt { get; init; }

    /// <summary>Gets the number of the last attempt, from 1; 0 if none started.</summary>
    [Id(10)]
    public int Attempt { get; init; }

    /// <summary>Gets the silo of the last attempt, or null if none started.</summary>
    [Id(11)]
    public string? Silo { get; init; }

    /// <summary>
    /// Gets the number of missed results, up to and including <see cref="Sequence"/>, in a result with status <see cref="RunStatus.Gap"/>.
    /// Otherwise 0.
    /// </summary>
    [Id(12)]
    public long Missed { get; init; }

    /// <summary>
    /// Gets a value indicating whether the value and the log are missing because the result was too large for its stream
    /// (<see cref="TaskEngineLimits.MaxStreamMessageSize"/>). The history has them. Only direct subscribers of a stream see such results;
    /// <see cref="ITaskClient.Results"/> returns them complete.
    /// </summary>
    [Id(19)]
    public bool IsPartial { get; init; }

    /// <summary>
    /// Gets the log lines of the last attempt at level Information and above: the last ones, as many as <see cref="TaskOptions.LogLines"/>
    /// allows.
    /// </summary>
    public IReadOnlyList<RunLogLine> Log
    {
        get => _log ?? [];
        init => _log = value is { Count: > 0 } ? value : null;
    }

    /// <summary>
    /// Gets the name of whoever requested the run (see <see cref="TaskActor"/>), or null if it is not known or the schedule created the
    /// run.
    /// </summary>
    [Id(16)]
    public string? RequestedBy { get; init; }

    /// <summary>Gets the run that it follows (<see cref="Continuation"/>), or null if there is none.</summary>
    [Id(17)]
    public RunId? Parent { get; init; }

    /// <summary>
    /// Gets the run's arguments, in results that were read from a history. Null if it used its task's own, if they were larger than the
    /// silo keeps (4 KiB by default), and in results from answers and streams.
    /// </summary>
    [Id(18)]
    public TaskArguments? Arguments { get; init; }

    /// <summary>Gets the run's headers: given, inherited and the task's own. Empty if there were none.</summary>
    public IReadOnlyDictionary<string, string> Headers
    {
        get => _headers ?? TaskHeaders.None;
        init => _headers = TaskHeaders.Of(value);
    }

    /// <summary>Gets the batch to which the run belongs, or null if there is none.</summary>
    [Id(20)]
    public BatchMember? Batch { get; init; }

    /// <summary>Gets the run that it retries (<see cref="ITaskClient.RetryAsync"/>), or null if there is none.</summary>
    [Id(21)]
    public RunId? RetryOf { get; init; }

    /// <summary>
    /// Gets a value indicating whether the run had arguments that are not kept with its result because they were larger than the silo keeps
    /// (<see cref="TaskEngineLimits.MaxKeptArgumentsSize"/>).
    /// </summary>
    [Id(22)]
    public bool LacksArguments { get; init; }

    /// <summary>Gets what was done about the run, in results from an archive.</summary>
    internal IReadOnlyList<RunMark> Marks
    {
        get => _marks ?? [];
        init => _marks = value is { Count: > 0 } ? value : null;
    }

    /// <summary>Gets the value as JSON in UTF-8, or null if there is none.</summary>
    [Id(13)]
    internal byte[]? Json { get; init; }

    /// <summary>
    /// Gets the id of the registry that assigned the number, if the result comes from the cluster's memory. Another id means that storage
    /// was lost or exchanged, and that numbers start again. Empty in results that were read from storage or from JSON.
    /// </summary>
    [Id(14)]
    internal Guid Registry { get; init; }

    /// <summary>Returns the result for answers and streams, without the arguments, which the caller knows.</summary>
    internal TaskResult WithoutArguments() => Arguments is null ? this : this with { Arguments = null };

    /// <summary>Returns the result without parts that may be large.</summary>
    internal TaskResult Part() => this with { Json = null, Log = [], Arguments = null, IsPartial = true };

    /// <summary>Gets a value indicating whether there is a value: the handler returns one, and the task sends its values.</summary>
    public bool HasValue => Json is not null;

    /// <summary>Gets the value as JSON, or null if there is none.</summary>
    public JsonElement? Value => Json is null ? null : JsonSerializer.Deserialize(Json, TaskJson.Options.ContractOf<JsonElement>());

    /// <summary>Returns the handler's value.</summary>
    /// <typeparam name="T">The type to read the value as.</typeparam>
    /// <returns>The value, or the type's default if the handler returns none.</returns>
    /// <exception cref="TaskFailedException">The run did not succeed.</exception>
    /// <exception cref="TaskValueMismatchException">The value cannot be read as the type.</exception>
    public T? GetValue<T>() => Read<T>(null);

    /// <summary>Returns the handler's value, without reflection.</summary>
    /// <typeparam name="T">The type to read the value as.</typeparam>
    /// <param name="type">
    /// The JSON contract of the type, from a source-generated context (see <see cref="TaskJson.CreateOptions"/>).
    /// </param>
    /// <returns>The value, or the type's default if the handler returns none.</returns>
    /// <exception cref="TaskFailedException">The run did not succeed.</exception>
    /// <exception cref="TaskValueMismatchException">The value cannot be read as the type.</exception>
    public T? GetValue<T>(JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return Read(type);
    }

    private T? Read<T>(JsonTypeInfo<T>? type)
    {
        if (!Successful)
        {
            throw new TaskFailedException(this);
        }

        return Json is null ? default : TaskJson.ReadValue(Json, Task, $"The value of {RunId}", type);
    }
}
