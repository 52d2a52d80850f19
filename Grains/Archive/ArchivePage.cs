namespace OrleansTasks.Archive;

/// <summary>What a large segment is written from.</summary>
/// <param name="Rows">Its rows, with the run and the length of the details of each, which tell later whether the row is still that run's.</param>
/// <param name="Index">The rows as they are stored.</param>
/// <param name="Details">The rest of them, one after the other.</param>
internal sealed record ArchivePage(IReadOnlyList<(int Slot, Guid Id, int Length)> Rows, byte[] Index, byte[] Details);
