using CsCheck;
using OrleansTasks.Storage;
using Xunit;

namespace OrleansTasks.Tests.Storage;

public sealed class OwnershipTests
{
    private readonly StoredRows _rows = new();

    [Fact]
    public Task Commit_ByAReplacedOwner_FailsPermanently() => Turns.RunAsync(async () =>
    {
        var first = await TestOwner.OpenAsync(new FaultyStorage(_rows));
        await first.PutAsync("a", "1");
        var second = await TestOwner.OpenAsync(new FaultyStorage(_rows));
        Assert.Equal("1", second.State["a"]);

        await Assert.ThrowsAsync<PartitionFencedException>(() => first.PutAsync("a", "2"));
        await Assert.ThrowsAsync<PartitionFencedException>(() => first.PutAsync("a", "3"));
        Assert.IsType<PartitionFencedException>(await first.Log.Lost);

        await second.PutAsync("b", "1");
        var third = await TestOwner.OpenAsync(new FaultyStorage(_rows));
        Assert.Equal(new Dictionary<string, string> { ["a"] = "1", ["b"] = "1" }, third.State);
    });

    [Fact]
    public Task Commit_ByAnOwnerFrozenForManyJournalRounds_Fails() => Turns.RunAsync(async () =>
    {
        var first = await TestOwner.OpenAsync(new FaultyStorage(_rows));
        await first.PutAsync("a", "1");
        var second = await TestOwner.OpenAsync(new FaultyStorage(_rows));
        for (var i = 0; i < 64 * 5; i++)
        {
            await second.PutAsync($"k{i % 7}", $"{i}");
        }

        await Assert.ThrowsAsync<PartitionFencedException>(() => first.PutAsync("a", "2"));
        await Assert.ThrowsAsync<PartitionFencedException>(() => first.Log.CheckpointAsync());
        Assert.Equal(second.State, (await TestOwner.OpenAsync(new FaultyStorage(_rows))).State);
    });

    [Fact]
    public void Open_WhileOthersWriteAndOpen_LosesNothingAcknowledged()
        => Gen.Int[0, 1_000_000].Sample(seed =>
        {
            Turns.RunAsync(() => CompeteAsync(seed)).GetAwaiter().GetResult();
        }, iter: 500);

    private static async Task CompeteAsync(int seed)
    {
        var random = new Random(seed);
        var rows = new StoredRows();
        var acknowledged = new Dictionary<string, string>();
        var competitors = Enumerable.Range(0, 4).Select(n => OwnAsync(n, random.Next(0, 400))).ToList();
        await Task.WhenAll(competitors);

        var last = (await TestOwner.OpenAsync(new FaultyStorage(rows))).State;

        Assert.All(acknowledged,
            a => Assert.True(last.TryGetValue(a.Key, out var v) && int.Parse(v) >= int.Parse(a.Value), $"{a.Key} was lost."));

        async Task OwnAsync(int number, int startAfter)
        {
            for (var i = 0; i < startAfter; i++)
            {
                await Task.Yield();
            }

            try
            {
                var owner = await TestOwner.OpenAsync(new FaultyStorage(rows) { Gate = PauseAsync });
                var opened = new Dictionary<string, string>(owner.State);
                var before = new Dictionary<string, string>(acknowledged);
                for (var i = 0; i < 150; i++)
                {
                    var key = $"{number}-{i % 10}";
                    await owner.PutAsync(key, $"{i}");
                    acknowledged[key] = $"{i}";

                    // Only now is it certain that no other owner took over during the opening, so that earlier acknowledged writes must be
                    // visible.
                    Assert.All(before, a => Assert.True(
                        opened.TryGetValue(a.Key, out var v) && int.Parse(v) >= int.Parse(a.Value),
                        $"{a.Key} was not seen by owner {number}."));
                    before.Clear();
                }
            }
            catch (PartitionFencedException)
            {
                // Another owner took over, which may happen at any time.
            }
        }

        async Task PauseAsync(StorageCall call)
        {
            for (var i = random.Next(30) == 0 ? random.Next(300) : random.Next(3); i > 0; i--)
            {
                await Task.Yield();
            }
        }
    }
}
