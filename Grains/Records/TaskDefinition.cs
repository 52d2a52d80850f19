using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks.Records;

/// <summary>Represents a task as a silo's code defines it.</summary>
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

    /// <summary>Gets the headers of its runs, or null if there are none.</summary>
    [Id(80), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskHeaders? Headers { get; init; }

    [Id(4)]
    public TaskOptions Options { get; init; } = TaskOptions.Default;

    /// <summary>
    /// Gets whether the schedule starts at each start of the cluster from nothing, rather than at the first registration.
    /// </summary>
    [Id(5)]
    public bool EachClusterStart { get; init; }

    /// <summary>Returns a text that is the same in every process for equal definitions, so that a change of the code is detected.</summary>
    public string Fingerprint() => Fingerprints.Of(this);
}
