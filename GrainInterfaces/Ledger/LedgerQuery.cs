namespace OrleansTasks;

/// <summary>Selects the ranges of a task's ledger.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.LedgerQuery")]
public sealed record LedgerQuery
{
    /// <summary>The maximum <see cref="Limit"/>: 500, which is also the number of ranges that are kept.</summary>
    public const int MaxLimit = 500;

    /// <summary>Gets the instant at or after which a range must end. Null selects all.</summary>
    [Id(0)]
    public DateTimeOffset? From { get; init; }

    /// <summary>Gets the instant at or before which a range must begin. Null selects all.</summary>
    [Id(1)]
    public DateTimeOffset? To { get; init; }

    /// <summary>Gets the maximum number of ranges. Default: 100. Range: 0 to 500.</summary>
    [Id(2)]
    public int Limit { get; init; } = 100;

    internal IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (Limit is < 0 or > MaxLimit)
        {
            faults.Add($"limit is {Limit}; 0 to {MaxLimit} are allowed.");
        }

        if (To < From)
        {
            faults.Add($"The period ends ({To:O}) before it begins ({From:O}). Set an end that is not earlier.");
        }

        return faults;
    }
}
