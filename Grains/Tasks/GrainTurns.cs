using Microsoft.Extensions.Logging;
using OrleansTasks.Calls;
using OrleansTasks.Client.Links;
using OrleansTasks.Policies;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>
/// Runs work on the turns of one task's grain, from any thread. It repeats what does not succeed yet, and ends all waits when the
/// activation leaves.
/// </summary>
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

    /// <summary>Gets the longest pause between two repetitions.</summary>
    public static TimeSpan LongestPause { get; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Gets whether the activation was asked to deactivate. Nothing new starts then, because deactivation waits for the calls in progress.
    /// </summary>
    public bool IsLeaving => _isLeaving;

    /// <summary>
    /// Gets whether this activation has stopped numbering and publishing results. The next activation handles what ends from now on.
    /// </summary>
    public bool HasLeft => _hasLeft;

    /// <summary>Gets the token that is cancelled when the activation is asked to deactivate.</summary>
    public CancellationToken Leaving => _leave.Token;

    /// <summary>Gets whether the grain has had its first turn.</summary>
    public bool HaveBegun => _scheduler is not null;

    /// <summary>Starts the turns. Called on the grain's first turn.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="scheduler">The scheduler that runs the turns.</param>
    public void Begin(string task, TaskScheduler scheduler) => (_task, _scheduler) = (task, scheduler);

    /// <summary>Prevents new work from starting. Callable on any thread.</summary>
    /// <returns>Whether the grain has turns on which the caller has to clean up.</returns>
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

    /// <summary>Prevents new work from starting, on the grain's turn.</summary>
    public Task LeaveAsync()
    {
        _isLeaving = true;
        return _leave.CancelAsync();
    }

    /// <summary>Records that the activation has left.</summary>
    public void Left() => _hasLeft = true;

    public void Dispose() => _leave.Dispose();

    /// <summary>Runs an action on the grain's turns. Callable from any thread.</summary>
    public void Post(Func<Task> action) =>
        Task.Factory.StartNew(() => DoAsync(action), CancellationToken.None, TaskCreationOptions.None, _scheduler!).Unwrap().Ignore();

    /// <summary>Runs an action on the current turn, and logs the reason if it fails.</summary>
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

    /// <summary>Runs a synchronous action on the grain's turns.</summary>
    public void Post(Action action) => Post(() =>
    {
        action();
        return Task.CompletedTask;
    });

    /// <summary>Runs an action on the grain's turns without a closure.</summary>
    public void Post(Action<object?> action, object state) =>
        Task.Factory.StartNew(action, state, CancellationToken.None, TaskCreationOptions.None, _scheduler!);

    /// <summary>
    /// Waits for an answer, but stops waiting when the activation is asked to deactivate: it cannot deactivate while calls in it wait.
    /// </summary>
    /// <exception cref="PartitionMovedException">The activation was asked to deactivate.</exception>
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

    /// <summary>
    /// Repeats an action that the state of the cluster or of storage prevents, until it succeeds or this activation leaves. Logs and
    /// rethrows a permanent failure.
    /// </summary>
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
                LogPutOff(log, ClusterCalls.IsTransient(e) || e is StaleTaskException ? LogLevel.Debug : LogLevel.Warning, _task,
                    e.Message);
                await Task.Delay(pause, pauses);
            }
        }
    }

    /// <summary>Repeats an action in the same way, but continues without it if it fails permanently.</summary>
    /// <returns>Whether the action succeeded.</returns>
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

    /// <summary>Repeats an action in the same way, on a turn of its own.</summary>
    public void PostUntilDone(Func<Task> action) => Post(() => UntilDoneAsync(action));

    /// <summary>Tries an action within a time limit. If it does not succeed, the next activation handles it.</summary>
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

    /// <summary>Returns the exception for callers whose call cannot wait for the next activation.</summary>
    public PartitionMovedException Moved() => new($"The task '{_task}' is moving to another activation. Repeat the call.");
}
