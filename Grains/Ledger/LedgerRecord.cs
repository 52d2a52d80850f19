namespace OrleansTasks;

/// <summary>Represents the stored ledger of a task.</summary>
[GenerateSerializer, Alias("OrleansTasks.LedgerRecord")]
public sealed class LedgerRecord
{
    /// <summary>Gets or sets the version of the format: 1.</summary>
    [Id(0)]
    public int Version { get; set; } = 1;

    /// <summary>Gets or sets the number of writes of this ledger; 0 in records of earlier versions.</summary>
    [Id(2)]
    public long Number { get; set; }

    /// <summary>Gets or sets the ledger as JSON.</summary>
    [Id(1)]
    public string Ledger { get; set; } = "{}";
}
