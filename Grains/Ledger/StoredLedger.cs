using OrleansTasks.Records;

namespace OrleansTasks.Ledger;

/// <summary>Represents the content of a ledger's record, as JSON.</summary>
internal sealed record StoredLedger
{
    public required DateTimeOffset Since { get; init; }

    public required DateTimeOffset Through { get; init; }

    public IReadOnlyList<LedgerRange> Ranges { get; init; } = [];

    public IReadOnlyList<DateTimeOffset> Open { get; init; } = [];

    public IReadOnlyList<LedgerTotal> Earlier { get; init; } = [];

    /// <summary>Gets the registration that was in force at <see cref="Through"/>.</summary>
    public required TaskEntry Plan { get; init; }

    public static StoredLedger Of(OccurrenceLedger ledger, LedgerPlan plan) => new()
    {
        Since = ledger.Since,
        Through = ledger.Through,
        Ranges = [.. ledger.Ranges],
        Open = [.. ledger.Open],
        Earlier = [.. ledger.Earlier],
        Plan = plan.Bare().Entry,
    };

    public OccurrenceLedger ToLedger() => new(Since, Through, Ranges, Open, Earlier);
}
