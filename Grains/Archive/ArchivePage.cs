namespace OrleansTasks.Archive;

/// <summary>Represents the content from which a large segment is written.</summary>
/// <param name="Rows">Its rows, with the run and the length of each row's details. The run tells later whether the slot still belongs to
/// it.</param>
/// <param name="Index">The stored form of the rows.</param>
/// <param name="Details">The details of the rows, one after the other.</param>
internal sealed record ArchivePage(IReadOnlyList<(int Slot, Guid Id, int Length)> Rows, byte[] Index, byte[] Details);
