using Microsoft.Extensions.Logging.Abstractions;
using OrleansTasks.Storage;
using Xunit;

namespace OrleansTasks.Tests.Storage;

/// <summary>Tests what an owner may overwrite if the versions of records are numbers that repeat after storage goes back.</summary>
public sealed class ManifestWriterTests
{
    private readonly StoredRows _rows = new();
    private readonly ManifestRecord _first = new() { Id = Guid.NewGuid(), Owner = Guid.NewGuid(), Epoch = 1 };

    private RecordStore Store => new(new FaultyStorage(_rows), "p0", TestOwner.Small, new EagerTime(), NullLogger.Instance);

    [Fact]
    public Task WriteAsync_OverASuccessorsManifestWithTheSameNumber_IsRejected() => Turns.RunAsync(async () =>
    {
        var owner = await OpenAsync();
        await owner.WriteAsync(m => m.First = 5);
        _rows.GoBackTo(1);
        var successor = _first.Next();
        (successor.Owner, successor.Epoch) = (Guid.NewGuid(), 2);
        var found = await Store.ReadAsync<ManifestRecord>(ManifestWriter.Kind, ManifestWriter.Slot);
        await Store.WriteAsync(ManifestWriter.Kind, ManifestWriter.Slot, successor, found.ETag);

        await Assert.ThrowsAsync<PartitionFencedException>(() => owner.WriteAsync(m => m.First = 6));

        Assert.Equal(successor.Id, (await Store.ReadAsync<ManifestRecord>(ManifestWriter.Kind, ManifestWriter.Slot)).Record!.Id);
    });

    [Fact]
    public Task WriteAsync_AfterStorageWentBack_ReportsIt() => Turns.RunAsync(async () =>
    {
        var owner = await OpenAsync();
        await owner.WriteAsync(m => m.First = 5);
        _rows.GoBackTo(1);

        await Assert.ThrowsAsync<PartitionStorageException>(() => owner.WriteAsync(m => m.First = 6));

        Assert.True(owner.WentBack);
        await owner.MarkAsync(5);
        await owner.WriteAsync(m => m.First = 7, since: owner.Losses);
        Assert.Equal(7, (await Store.ReadAsync<ManifestRecord>(ManifestWriter.Kind, ManifestWriter.Slot)).Record!.First);
    });

    private async Task<ManifestWriter> OpenAsync()
    {
        await Store.WriteAsync(ManifestWriter.Kind, ManifestWriter.Slot, _first, null);
        return new ManifestWriter(Store, _first);
    }
}
