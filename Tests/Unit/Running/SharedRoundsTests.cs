using OrleansTasks.Running;

namespace OrleansTasks.Tests.Unit.Running;

/// <summary>Tests work that is done once for all who ask for it.</summary>
public sealed class SharedRoundsTests
{
    private readonly List<TaskCompletionSource> _begun = [];

    [Fact]
    public async Task Run_DuringARound_SharesTheNextOne()
    {
        var rounds = new SharedRounds(BeginAsync);
        var first = rounds.RunAsync();
        var second = rounds.RunAsync();
        var third = rounds.RunAsync();
        Assert.Single(_begun);

        _begun[0].SetResult();
        await first;
        await UntilBegunAsync(2);
        Assert.False(second.IsCompleted);

        _begun[1].SetResult();
        await Task.WhenAll(second, third);
        Assert.Equal(2, _begun.Count);
    }

    [Fact]
    public async Task Run_AfterAFailedRound_StartsAnother()
    {
        var rounds = new SharedRounds(BeginAsync);
        var first = rounds.RunAsync();
        var second = rounds.RunAsync();
        _begun[0].SetException(new IOException("No."));
        await Assert.ThrowsAsync<IOException>(() => first);

        await UntilBegunAsync(2);
        _begun[1].SetResult();
        await second;
    }

    private Task BeginAsync()
    {
        var done = new TaskCompletionSource();
        lock (_begun)
        {
            _begun.Add(done);
            Monitor.PulseAll(_begun);
        }

        return done.Task;
    }

    private Task UntilBegunAsync(int count) => Task.Run(() =>
    {
        lock (_begun)
        {
            while (_begun.Count < count)
            {
                Monitor.Wait(_begun);
            }
        }
    });
}
