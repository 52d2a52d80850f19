namespace OrleansTasks.Records;

/// <summary>What a partition is to know of the request for a run when it stores the run.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunRequestFacts")]
internal sealed record RunRequestFacts
{
    /// <summary>Whether the caller asked before and got no answer.</summary>
    [Id(0)]
    public bool Repeated { get; init; }

    /// <summary>What a dispatch with an idempotency key asks for, part by part; null without a key.</summary>
    [Id(1)]
    public string? Work { get; init; }

    /// <summary>The key that an earlier version gave a dispatch that is unique by its arguments; null for all others.</summary>
    [Id(2)]
    public string? FormerKey { get; init; }
}
