using System.Collections.Concurrent;
using OrleansTasks.Chaos.Judging;

namespace OrleansTasks.Chaos;

/// <summary>Dispatches runs of handlers that misbehave. Each run must end with the expected status.</summary>
internal sealed class HostileLoad(ITaskClient tasks, string prefix, TimeProvider time)
{
    private const int Most = 200;
    private readonly ConcurrentQueue<(RunId Run, RunStatus Expected, DateTimeOffset Accepted, Task<TaskResult> Result)> _dispatched = [];
    private int _count;

    private string Throws => $"{prefix}hostile-throws";

    private string Chatty => $"{prefix}hostile-chatty";

    private string Deadly => $"{prefix}hostile-deadly";

    public IReadOnlyList<string> Names => [Throws, Chatty, Deadly];

    public async Task RegisterAsync()
    {
        await tasks.ScheduleAsync(new TaskRegistration { Name = Throws, Handler = HostileHandlers.Throws });
        await tasks.ScheduleAsync(
            new TaskRegistration
            {
                Name = Chatty,
                Handler = HostileHandlers.Chatty,
                Options = new TaskOptions { HistoryLength = 20, LogLines = 1_000 }
            });
        await tasks.ScheduleAsync(
            new TaskRegistration { Name = Deadly, Handler = HostileHandlers.Deadly, Options = new TaskOptions { MaxLosses = 2 } });
    }

    /// <summary>Dispatches a run that throws, or that logs and returns much.</summary>
    public async Task DispatchAsync(int choice)
    {
        if (Interlocked.Increment(ref _count) <= Most)
        {
            await (choice % (HostileHandlers.Kinds + 1) is var kind && kind < HostileHandlers.Kinds
                ? AddAsync(Throws, [kind], RunStatus.Failed)
                : AddAsync(Chatty, TaskArguments.None, RunStatus.Succeeded));
        }
    }

    /// <summary>Dispatches a run that ends its silo, and then the next one.</summary>
    public Task DispatchDeadlyAsync() => AddAsync(Deadly, TaskArguments.None, RunStatus.Lost);

    /// <summary>Returns the outcomes of all acknowledged runs.</summary>
    public async Task<IReadOnlyList<HostileRun>> SettleAsync(CancellationToken patience) =>
        await Task.WhenAll(
            _dispatched.Select(
                async d => new HostileRun(d.Run, d.Expected, await StatusAsync(d.Run, d.Result, patience)) { AcceptedAt = d.Accepted }));

    /// <summary>
    /// Returns the status of a run. A wait that failed because no silo was reachable says nothing about the run. Therefore it asks again,
    /// now that all silos are up.
    /// </summary>
    private async Task<RunStatus?> StatusAsync(RunId run, Task<TaskResult> result, CancellationToken patience) =>
        await TryWaitAsync(result, patience) ?? await TryWaitAsync(tasks.WaitAsync(run, patience), patience);

    private static async Task<RunStatus?> TryWaitAsync(Task<TaskResult> result, CancellationToken patience)
    {
        try
        {
            return (await result.WaitAsync(patience)).Status;
        }
        catch (Exception e) when (e is OperationCanceledException or TaskException)
        {
            // Returns no status, which the judge reports.
            return null;
        }
    }

    private async Task AddAsync(string task, TaskArguments arguments, RunStatus expected)
    {
        try
        {
            // Wait from now on: the history keeps only a few of these large results.
            var run = await tasks.DispatchAsync(task, arguments);
            _dispatched.Enqueue((run, expected, time.GetUtcNow(), tasks.WaitAsync(run)));
        }
        catch (TaskException)
        {
            // Not acknowledged: the run may or may not execute.
            return;
        }
    }
}
