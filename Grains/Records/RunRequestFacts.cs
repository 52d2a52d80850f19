namespace OrleansTasks.Records;

/// <summary>Contains what a partition needs to know about the request for a run when it stores the run.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunRequestFacts")]
internal sealed record RunRequestFacts
{
    /// <summary>Gets whether the caller asked before and got no answer.</summary>
    [Id(0)]
    public bool Repeated { get; init; }

    /// <summary>Gets what a dispatch with an idempotency key requests, part by part, or null without a key.</summary>
    [Id(1)]
    public string? Work { get; init; }

    /// <summary>Gets the key that an earlier version gave a dispatch that is unique by its arguments, or null for all others.</summary>
    [Id(2)]
    public string? FormerKey { get; init; }
}
