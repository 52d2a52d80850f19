using OrleansTasks.Running;

namespace OrleansTasks.Tests.Unit.Running;

/// <summary>Tests which attempts a silo has.</summary>
public sealed class HeldAttemptsTests
{
    [Fact]
    public void Close_WithAttempts_EndsWithTheLastAndAcceptsNoMore()
    {
        var held = new HeldAttempts();
        var (first, second) = (Attempt(1), Attempt(2));
        Assert.True(held.TryAdd(first));
        Assert.True(held.TryAdd(second));
        var closed = held.Close();
        Assert.False(held.TryAdd(Attempt(3)));
        held.Remove(first);
        Assert.False(closed.IsCompleted);

        held.Remove(second);

        Assert.True(closed.IsCompletedSuccessfully && held.Close().IsCompletedSuccessfully && held.IsClosed);
    }

    [Fact]
    public void Remove_AttemptWithASuccessor_KeepsTheSuccessor()
    {
        var held = new HeldAttempts();
        var (first, second) = (Attempt(1), Attempt(1));
        Assert.True(held.TryAdd(first));
        Assert.False(held.TryAdd(second));
        first.TryMove(AttemptEvent.Stop);
        Assert.True(held.TryAdd(second));

        held.Remove(first);

        Assert.Same(second, Assert.Single(held.All));
        Assert.Equal((false, true), (held.Has(first), held.Has(second)));
    }

    [Fact]
    public async Task Wait_ForAny_EndsWithTheNextOrAnExistingAttempt()
    {
        var held = new HeldAttempts();
        var waiting = Task.Run(() => held.WaitForAny(TimeSpan.FromHours(1), TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken);
        Assert.True(held.TryAdd(Attempt(1)));
        await waiting;
        held.WaitForAny(TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Wait_ForAny_EndsWhenTheCallerStops()
    {
        using var stop = new CancellationTokenSource();
        var waiting = Task.Run(() => new HeldAttempts().WaitForAny(TimeSpan.FromHours(1), stop.Token),
            TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await waiting;
    }

    private static RunningRun Attempt(int run) => new(null!, RunnerRig.Order(run), null!, null!, default);
}
