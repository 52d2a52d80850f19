using Orleans.Storage;
using OrleansTasks.Storage;
using Xunit;

namespace OrleansTasks.Tests.Storage;

/// <summary>Tests what the engine requires of grain storage, on each provider of the library, with the silos' serializer.</summary>
public sealed class ProviderTests(StorageHosts hosts) : IClassFixture<StorageHosts>
{
    private const string Kind = "kind";

    public static TheoryData<string> Providers => StorageHosts.Names;

    [Theory, MemberData(nameof(Providers))]
    public async Task Record_WrittenRepeatedly_HasItsLastValue(string provider)
    {
        var storage = await hosts.StorageAsync(provider);
        var id = NewId();
        var state = await ReadAsync(storage, id);
        Assert.False(state.RecordExists);
        for (var i = 0; i < 20; i++)
        {
            var before = state.ETag;
            state.State = Note($"text {i}: \"ü\" \0 \u2028 \\ 漢");
            await storage.WriteStateAsync(Kind, id, state);
            Assert.NotEqual(before, state.ETag);
            var read = await ReadAsync(storage, id);
            Assert.Equal((state.State.Results, state.ETag, true), (read.State!.Results, read.ETag, read.RecordExists));
        }
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Write_WithAnOldTag_IsRejectedAndChangesNothing(string provider)
    {
        var storage = await hosts.StorageAsync(provider);
        var id = NewId();
        var first = new GrainState<HistoryPage>(Note("first"));
        await storage.WriteStateAsync(Kind, id, first);
        var second = await ReadAsync(storage, id);
        second.State = Note("second");
        await storage.WriteStateAsync(Kind, id, second);

        first.State = Note("late");
        await Assert.ThrowsAnyAsync<InconsistentStateException>(() => storage.WriteStateAsync(Kind, id, first));
        await Assert.ThrowsAnyAsync<InconsistentStateException>(
            () => storage.WriteStateAsync(Kind, id, new GrainState<HistoryPage>(Note("new"))));
        await Assert.ThrowsAnyAsync<InconsistentStateException>(
            () => storage.ClearStateAsync(Kind, id, new GrainState<HistoryPage>(Note("gone"), first.ETag)));

        Assert.Equal("second", (await ReadAsync(storage, id)).State!.Results);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Write_FirstRecordConcurrently_SucceedsForOne(string provider)
    {
        var storage = await hosts.StorageAsync(provider);
        var id = NewId();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(async n =>
        {
            try
            {
                await storage.WriteStateAsync(Kind, id, new GrainState<HistoryPage>(Note($"{n}")));
                return $"{n}";
            }
            catch (InconsistentStateException)
            {
                return null;
            }
        }));

        Assert.Equal((await ReadAsync(storage, id)).State!.Results, Assert.Single(outcomes, o => o is not null));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Clear_Record_AllowsANewOne(string provider)
    {
        var storage = await hosts.StorageAsync(provider);
        var id = NewId();
        var state = new GrainState<HistoryPage>(Note("old"));
        await storage.WriteStateAsync(Kind, id, state);
        await storage.ClearStateAsync(Kind, id, state);

        var cleared = await ReadAsync(storage, id);
        Assert.False(cleared.RecordExists);
        cleared.State = Note("new");
        await storage.WriteStateAsync(Kind, id, cleared);
        Assert.Equal("new", (await ReadAsync(storage, id)).State!.Results);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Records_WithSimilarKeys_AreSeparate(string provider)
    {
        var storage = await hosts.StorageAsync(provider);
        var prefix = $"t-{Guid.NewGuid():N}";
        string[] keys = ["10", "010", "a", "A", "ü", "u\u0308", "x/1", "x/10", "10+x", "010+x", new string('n', 200)];
        foreach (var key in keys)
        {
            await storage.WriteStateAsync(Kind, GrainId.Create("ot-test", prefix + key), new GrainState<HistoryPage>(Note(key)));
            await storage.WriteStateAsync("other", GrainId.Create("ot-test", prefix + key),
                new GrainState<HistoryPage>(Note($"other {key}")));
        }

        foreach (var key in keys)
        {
            Assert.Equal(key, (await ReadAsync(storage, GrainId.Create("ot-test", prefix + key))).State!.Results);
        }
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Record_OfTwoMegabytes_IsKept(string provider)
    {
        var storage = await hosts.StorageAsync(provider);
        var id = NewId();
        var text = string.Concat(Enumerable.Range(0, 200_000).Select(i => $"{i * 7919 % 100_003:0000000000}"));
        await storage.WriteStateAsync(Kind, id, new GrainState<HistoryPage>(Note(text)));
        Assert.Equal(text, (await ReadAsync(storage, id)).State!.Results);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Log_OnAProvider_KeepsItemsAndFencesOwners(string provider)
    {
        var storage = await hosts.StorageAsync(provider);
        await Turns.RunAsync(async () =>
        {
            var first = await TestOwner.OpenAsync(storage);
            await first.CommitAsync(new LogChange("2030-01-01T00:00:00Z", "\"2030-01-01T00:00:00Z\""),
                new LogChange("ü", "{\"x\":\"\\\"\"}"));
            for (var i = 0; i < 500; i++)
            {
                await first.PutAsync($"k{i % 30}", i % 7 == 0 ? null : $"\"{i}\"");
            }

            var second = await TestOwner.OpenAsync(storage);
            Assert.Equal(first.State, second.State);
            await Assert.ThrowsAsync<PartitionFencedException>(() => first.PutAsync("k1", "1"));

            await second.PutAsync("k1", "2");
            await second.Log.CheckpointAsync();
            await second.Log.CloseAsync();
            Assert.Equal(second.State, (await TestOwner.OpenAsync(storage)).State);
        });
    }

    private static GrainId NewId() => GrainId.Create("ot-test", $"t-{Guid.NewGuid():N}");

    private static HistoryPage Note(string text) => new() { Results = text };

    private static async Task<GrainState<HistoryPage>> ReadAsync(IGrainStorage storage, GrainId id)
    {
        var state = new GrainState<HistoryPage>(new HistoryPage());
        await storage.ReadStateAsync(Kind, id, state);
        return state;
    }
}
