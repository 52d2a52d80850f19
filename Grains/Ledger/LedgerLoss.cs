namespace OrleansTasks.Ledger;

/// <summary>Represents a ledger's record that is missing, or older than it was. Pure.</summary>
/// <param name="IsMissing">Whether the record is missing.</param>
/// <param name="Through">The instant from which the ledger continues, or starts again.</param>
internal sealed record LedgerLoss(bool IsMissing, DateTimeOffset Through)
{
    /// <summary>Returns what is lost of a ledger; null if nothing is, or that is not known.</summary>
    /// <param name="number">The number of the stored record; 0 if an earlier version wrote it, null if there is none.</param>
    /// <param name="recorded">The number that the partition knows; 0 if it knows none.</param>
    /// <param name="through">The instant up to which the ledger that is continued reaches.</param>
    public static LedgerLoss? Find(long? number, long recorded, DateTimeOffset through) =>
        number == 0 || number >= recorded || recorded == 0 ? null : new LedgerLoss(number is null, through);
}
