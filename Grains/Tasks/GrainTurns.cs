using Microsoft.Extensions.Logging;
using OrleansTasks.Calls;
using OrleansTasks.Client.Links;
using OrleansTasks.Policies;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>The turns of one task's grain: has things done on them from any thread, repeats what does not succeed yet, and ends all waits when the activation leaves.</summary>
/// <param name="pauses">The clock of pauses between repetitions.</param>
/// <param name="log">The log.</param>
internal sealed class GrainTurns(TimeProvider pauses, ILogger log) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource _leave = new();
    private string _task = "";
    private TaskScheduler? _scheduler;
    private volatile bool _isLeaving;
    private volatile bool _hasLeft;

    /// <summary>The longest pause between two repetitions.</summary>
    public static TimeSpan LongestPause { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether the activation was asked to deactivate, which waits for the calls in it: nothing new begins.</summary>
    public bool IsLeaving => _isLeaving;

    /// <summary>Whether nothing is numbered or published here any more: what ends from now on is the next activation's affair.</summary>
    public bool HasLeft => _hasLeft;

    /// <summary>Is cancelled when the activation is asked to deactivate.</summary>
    public CancellationToken Leaving => _leave.Token;

    /// <summary>Whether there are turns yet.</summary>
    public bool HaveBegun => _scheduler is not null;

    /// <summary>Called on the grain's first turn.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="scheduler">What runs the turns.</param>
    public void Begin(string task, TaskScheduler scheduler) => (_task, _scheduler) = (task, scheduler);

    /// <summary>Lets nothing new begin, on any thread.</summary>
    /// <returns>Whether there are turns on which something is to be done for that.</returns>
    public bool Leave()
    {
        _isLeaving = true;
        if (_scheduler is null)
        {
            return false;
        }

        _leave.Cancel();
        return true;
    }

    /// <summary>Lets nothing new begin, on the grain's turn.</summary>
    public Task LeaveAsync()
    {
        _isLeaving = true;
        return _leave.CancelAsync();
    }

    /// <summary>Says that the activation has left.</summary>
    public void Left() => _hasLeft = true;

    public void Dispose() => _leave.Dispose();

    /// <summary>Has something done on the grain's turns, from any thread.</summary>
    public void Post(Func<Task> action) => Task.Factory.StartNew(() => DoAsync(action), CancellationToken.None, TaskCreationOptions.None, _scheduler!).Unwrap().Ignore();

    /// <summary>Has something done on the turn that it is called on, and says why it failed if it did.</summary>
    public async Task DoAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (Exception e) when (_isLeaving || ClusterCalls.IsTransient(e))
        {
            LogPutOff(log, LogLevel.Debug, _task, e.Message);
        }
        catch (Exception e)
        {
            LogPutOff(log, LogLevel.Error, _task, e.ToString());
        }
    }

    /// <summary>The same for what does not wait.</summary>
    public void Post(Action action) => Post(() =>
    {
        action();
        return Task.CompletedTask;
    });

    /// <summary>Has something done on the grain's turns that needs no closure.</summary>
    public void Post(Action<object?> action, object state) => Task.Factory.StartNew(action, state, CancellationToken.None, TaskCreationOptions.None, _scheduler!);

    /// <summary>Waits for an answer, but not when the activation is asked to deactivate: it cannot while calls in it wait.</summary>
    /// <exception cref="PartitionMovedException">It was asked to.</exception>
    public async Task<T> UnlessLeaving<T>(Task<T> answer)
    {
        try
        {
            return await answer.WaitAsync(_leave.Token);
        }
        catch (OperationCanceledException) when (_isLeaving)
        {
            throw Moved();
        }
    }

    /// <summary>Repeats what the state of the cluster or of storage keeps from succeeding, until it succeeds or this activation leaves. A permanent failure is logged and thrown.</summary>
    public async Task UntilDoneAsync(Func<Task> action)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await action();
                return;
            }
            catch (Exception e) when (Failures.IsPermanent(e))
            {
                LogGivenUp(log, _task, e.ToString());
                throw;
            }
            catch (Exception e) when (!_isLeaving)
            {
                LogPutOff(log, ClusterCalls.IsTransient(e) || e is StaleTaskException ? LogLevel.Debug : LogLevel.Warning, _task, e.Message);
                await Task.Delay(pause, pauses);
            }
        }
    }

    /// <summary>The same, for what is done without where it fails permanently.</summary>
    /// <returns>Whether it succeeded.</returns>
    public async Task<bool> TryUntilDoneAsync(Func<Task> action)
    {
        try
        {
            await UntilDoneAsync(action);
            return true;
        }
        catch (Exception e) when (Failures.IsPermanent(e))
        {
            return false;
        }
    }

    /// <summary>The same, on a turn of its own.</summary>
    public void PostUntilDone(Func<Task> action) => Post(() => UntilDoneAsync(action));

    /// <summary>Does something, within some time, of which the next activation finds out if it does not succeed.</summary>
    public async Task TryWithinAsync(TimeSpan patience, Func<Task> action, CancellationToken ct)
    {
        try
        {
            await action().WaitAsync(patience, pauses, ct);
        }
        catch (Exception e)
        {
            LogPutOff(log, LogLevel.Debug, _task, e.Message);
        }
    }

    /// <summary>What callers are told whose call cannot wait for the next activation.</summary>
    public PartitionMovedException Moved() => new($"The task '{_task}' is moving to another activation.");
}
