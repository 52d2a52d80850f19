using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks.Records;

/// <summary>A task as a silo's code defines it.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TaskDefinition")]
internal sealed record TaskDefinition
{
    [Id(0)]
    public required string Name { get; init; }

    [Id(1)]
    public required string Handler { get; init; }

    [Id(2)]
    public TaskSchedule? Schedule { get; init; }

    [Id(3)]
    public TaskArguments? Arguments { get; init; }

    /// <summary>What goes with its runs besides their arguments; null if that is nothing.</summary>
    [Id(80), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskHeaders? Headers { get; init; }

    [Id(4)]
    public TaskOptions Options { get; init; } = TaskOptions.Default;

    /// <summary>Whether the schedule's origin is each coming up of the cluster from nothing, rather than the first registration.</summary>
    [Id(5)]
    public bool EachClusterStart { get; init; }

    /// <summary>The same for equal definitions in every process, so that a change of the code is seen.</summary>
    public string Fingerprint() => Fingerprints.Of(this);
}
