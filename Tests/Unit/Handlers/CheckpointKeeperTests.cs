using System.Threading.Channels;
using OrleansTasks.Handlers.Contexts;
using OrleansTasks.Records;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests how saves are written.</summary>
public sealed class CheckpointKeeperTests
{
    private readonly Channel<(RunCheckpoint Checkpoint, TaskCompletionSource Done)> _writes =
        Channel.CreateUnbounded<(RunCheckpoint, TaskCompletionSource)>();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SaveAsync_DuringAWrite_IsWrittenTogetherInTheNextOne()
    {
        var keeper = Keeper();
        var first = keeper.SaveAsync(static c => c.WithItems("a", 1));
        var (one, written) = await _writes.Reader.ReadAsync(Stop);
        Assert.Equal((3, 1, 1L), (one.Attempt, one.DoneOf("a"), one.Number));

        var second = keeper.SaveAsync(static c => c.WithItems("a", 2));
        var third = keeper.SaveAsync(static c => c.WithStep("s", [1]));
        Assert.Same(second, third);
        Assert.False(first.IsCompleted);
        written.SetResult();
        await first;
        var (two, writtenToo) = await _writes.Reader.ReadAsync(Stop);
        Assert.Equal((2, 3L), (two.DoneOf("a"), two.Number));
        Assert.Equal([1], two.FindStep("s")!);
        Assert.False(third.IsCompleted);
        writtenToo.SetResult();
        await third;
    }

    [Fact]
    public async Task SaveAsync_AfterAFailedWrite_ContainsItsChanges()
    {
        var keeper = Keeper();
        var failed = keeper.SaveAsync(static c => c.WithItems("a", 1));
        (await _writes.Reader.ReadAsync(Stop)).Done.SetException(new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(() => failed);

        var saved = keeper.SaveAsync(static c => c.WithItems("b", 2));
        var (checkpoint, done) = await _writes.Reader.ReadAsync(Stop);
        Assert.Equal((1, 2), (checkpoint.DoneOf("a"), checkpoint.DoneOf("b")));
        done.SetResult();
        await saved;
    }

    [Fact]
    public void SaveAsync_OfTooMuch_ThrowsAndKeepsWhatWasThere()
    {
        var keeper = Keeper();
        var thrown = Assert.Throws<PayloadTooLargeException>(() => { _ = keeper.SaveAsync(static c => c with { Value = new byte[101] }); });
        Assert.Equal((101, 100), (thrown.Size, thrown.Limit));
        Assert.Null(keeper.Latest.Value);
    }

    [Fact]
    public void Claim_OfANameTwice_Throws()
    {
        var keeper = Keeper();
        keeper.Claim("step", "a");
        keeper.Claim("list", "a");
        Assert.Contains("'a' was used before", Assert.Throws<InvalidOperationException>(() => keeper.Claim("step", "a")).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => keeper.Claim("step", " "));
        Assert.Throws<ArgumentException>(() => keeper.Claim("step", new string('x', 201)));
    }

    private CheckpointKeeper Keeper() => new(
        new RunId("task", Guid.Empty),
        3,
        null,
        new CheckpointRules(100, TimeSpan.Zero, TimeProvider.System, TimeProvider.System),
        checkpoint =>
        {
            var done = new TaskCompletionSource();
            _writes.Writer.TryWrite((checkpoint, done));
            return done.Task;
        },
        Stop);
}
