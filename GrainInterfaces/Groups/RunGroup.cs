using System.Text.Json.Serialization;

namespace OrleansTasks;

/// <summary>What the runs of all tasks of a group may do together, in the whole cluster (<see cref="TaskOptions.Group"/>).</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunGroup")]
public sealed record RunGroup
{
    /// <summary>How many runs may be under way at once. Null, the default: any number. Range: 1 to 100,000.</summary>
    [Id(0), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxConcurrentRuns { get; init; }

    /// <summary>How many runs may begin in a period. Null, the default: any number.</summary>
    [Id(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RateLimit? RateLimit { get; init; }

    internal IReadOnlyList<string> Faults() =>
    [
        .. MaxConcurrentRuns is < 1 or > 100_000 ? new[] { $"MaxConcurrentRuns is {MaxConcurrentRuns}; 1 to 100000 are allowed." } : [],
        .. RateLimit?.Faults("RateLimit") ?? [],
    ];
}
