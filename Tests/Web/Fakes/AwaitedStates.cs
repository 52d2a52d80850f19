namespace OrleansTasks.Tests.Web;

/// <summary>Lets tests wait for a state of a fake. Callers must hold the fake's lock.</summary>
internal sealed class AwaitedStates
{
    private readonly List<(Func<bool> Holds, TaskCompletionSource Reached)> _waits = [];

    /// <summary>Returns a task that completes when the condition holds.</summary>
    public Task Until(Func<bool> holds)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waits.Add((holds, reached));
        Check();
        return reached.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
    }

    /// <summary>Completes the waits whose condition holds now.</summary>
    public void Check() => _waits.RemoveAll(w => w.Holds() && w.Reached.TrySetResult());
}
