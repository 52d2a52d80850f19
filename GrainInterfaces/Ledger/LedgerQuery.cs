namespace OrleansTasks;

/// <summary>Which stretches of a task's ledger to give.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.LedgerQuery")]
public sealed record LedgerQuery
{
    /// <summary>The greatest <see cref="Limit"/>: 500, which is also how many are kept.</summary>
    public const int MaxLimit = 500;

    /// <summary>Only stretches that reach this instant or later ones. Null: all.</summary>
    [Id(0)]
    public DateTimeOffset? From { get; init; }

    /// <summary>Only stretches that begin at this instant or earlier. Null: all.</summary>
    [Id(1)]
    public DateTimeOffset? To { get; init; }

    /// <summary>At most so many stretches, 0 to 500. Default: 100.</summary>
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
            faults.Add($"The period ends ({To:O}) before it begins ({From:O}).");
        }

        return faults;
    }
}
