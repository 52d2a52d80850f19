using OrleansTasks.Telemetry;

namespace OrleansTasks.Records;

/// <summary>
/// Contains what only some tasks have: the data of a pause, and the trace of a registration; see <see cref="TaskEntry"/>.
/// </summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TaskPause")]
internal sealed record TaskPause(
    [property: Id(0)] string? Note = null,
    [property: Id(1)] DateTimeOffset? Until = null,
    [property: Id(2)] string? By = null,
    [property: Id(3)] DateTimeOffset? At = null,
    [property: Id(4)] bool CatchesUp = false,
    [property: Id(5)] DateTimeOffset? CatchUpFrom = null,
    [property: Id(81)] TraceContext? Trace = null)
{
    public static TaskPause None { get; } = new();

    /// <summary>Returns the data, or null if there is nothing to keep.</summary>
    public static TaskPause? Keep(TaskPause pause) => pause == None ? null : pause;
}
