namespace OrleansTasks.Ledger;

/// <summary>A ledger's record that is missing, or older than it was. Pure.</summary>
/// <param name="IsMissing">Whether there is none.</param>
/// <param name="Through">The instant from which on the ledger goes on, or begins anew.</param>
internal sealed record LedgerLoss(bool IsMissing, DateTimeOffset Through)
{
    /// <summary>What is lost of a ledger; null if nothing is, or that is not known.</summary>
    /// <param name="number">The number of the stored record; 0 if an earlier version wrote it, null if there is none.</param>
    /// <param name="recorded">The number that the partition knows; 0 if it knows none.</param>
    /// <param name="through">How far the ledger comes that is gone on with.</param>
    public static LedgerLoss? Find(long? number, long recorded, DateTimeOffset through) => number == 0 || number >= recorded || recorded == 0 ? null : new LedgerLoss(number is null, through);
}
