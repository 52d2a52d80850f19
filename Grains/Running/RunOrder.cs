namespace OrleansTasks;

/// <summary>One attempt of a run, as a task orders it from a silo's runner.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunOrder")]
internal sealed record RunOrder
{
    [Id(0)]
    public required RunId RunId { get; init; }

    [Id(1)]
    public required string Handler { get; init; }

    [Id(2)]
    public required TaskArguments Arguments { get; init; }

    [Id(3)]
    public RunTrigger Trigger { get; init; }

    [Id(4)]
    public DateTimeOffset ScheduledAt { get; init; }

    [Id(5)]
    public int Attempt { get; init; }

    [Id(6)]
    public TimeSpan? Timeout { get; init; }

    [Id(7)]
    public bool SendValue { get; init; }

    [Id(8)]
    public RunGuarantee Guarantee { get; init; }

    /// <summary>Names this sending of the order to another silo; the same attempt may be offered again, there or elsewhere.</summary>
    [Id(9)]
    public Guid Offer { get; init; }
}
