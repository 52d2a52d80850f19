using System.Threading.Channels;
using OrleansTasks.Client;

namespace OrleansTasks.Tests.Outbox.Relay;

/// <summary>Takes the place of the cluster. Reports each dispatch, and answers as the test says.</summary>
internal sealed class FakeRuns : IGivenRuns
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Channel<GivenRun> _asked = Channel.CreateUnbounded<GivenRun>();

    /// <summary>Gets or sets what a dispatch does before it is accepted.</summary>
    public Func<GivenRun, Task> OnDispatch { get; set; } = static _ => Task.CompletedTask;

    public async Task<RunId> DispatchAsync(GivenRun run, TaskArguments? arguments, DispatchOptions? options, CancellationToken ct)
    {
        Assert.Equal($"outbox:{run.Run.Value:N}", options?.IdempotencyKey);
        _asked.Writer.TryWrite(run);
        await OnDispatch(run);
        return run.Run;
    }

    /// <summary>Waits for the next dispatch.</summary>
    public async Task<GivenRun> NextAsync() =>
        await _asked.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TimeProvider.System);

    /// <summary>Waits for some dispatches, and returns their runs.</summary>
    public async Task<List<RunId>> NextAsync(int count)
    {
        var runs = new List<RunId>();
        while (runs.Count < count)
        {
            runs.Add((await NextAsync()).Run);
        }

        return runs;
    }
}
