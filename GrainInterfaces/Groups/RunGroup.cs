using System.Text.Json.Serialization;

namespace OrleansTasks;

/// <summary>
/// Defines the limits that the runs of all tasks of a group share in the whole cluster (<see cref="TaskOptions.Group"/>).
/// </summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunGroup")]
public sealed record RunGroup
{
    /// <summary>Gets the maximum number of runs that are active at once. Default: null, for no limit. Range: 1 to 100,000.</summary>
    [Id(0), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxConcurrentRuns { get; init; }

    /// <summary>Gets the maximum number of runs that start in a period. Default: null, for no limit.</summary>
    [Id(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RateLimit? RateLimit { get; init; }

    internal IReadOnlyList<string> Faults() =>
    [
        .. MaxConcurrentRuns is < 1 or > 100_000 ? new[] { $"MaxConcurrentRuns is {MaxConcurrentRuns}; 1 to 100000 are allowed." } : [],
        .. RateLimit?.Faults("RateLimit") ?? [],
    ];
}
