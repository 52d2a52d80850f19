namespace OrleansTasks;

/// <summary>A task's ledger as it is stored.</summary>
[GenerateSerializer, Alias("OrleansTasks.LedgerRecord")]
public sealed class LedgerRecord
{
    /// <summary>The version of the format: 1.</summary>
    [Id(0)]
    public int Version { get; set; } = 1;

    /// <summary>Counts the writes of this ledger; 0 in records of earlier versions.</summary>
    [Id(2)]
    public long Number { get; set; }

    /// <summary>The ledger as JSON.</summary>
    [Id(1)]
    public string Ledger { get; set; } = "{}";
}
