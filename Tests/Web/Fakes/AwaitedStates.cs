namespace OrleansTasks.Tests.Web;

/// <summary>What tests wait for to come about in a fake. Whoever has the fake's lock uses it.</summary>
internal sealed class AwaitedStates
{
    private readonly List<(Func<bool> Holds, TaskCompletionSource Reached)> _waits = [];

    /// <summary>Ends when something holds.</summary>
    public Task Until(Func<bool> holds)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waits.Add((holds, reached));
        Check();
        return reached.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
    }

    /// <summary>Looks what holds now.</summary>
    public void Check() => _waits.RemoveAll(w => w.Holds() && w.Reached.TrySetResult());
}
