using System.Diagnostics;
using OrleansTasks.Client.Links;
using OrleansTasks.Grains;
using OrleansTasks.Telemetry;

namespace OrleansTasks.Client;

/// <summary>Starts runs and waits for them through answers that were lost, silos that died and response timeouts.</summary>
internal sealed class RunCaller(IGrainFactory grains, ClusterCalls calls, TimeProvider time, IRunWaits? waits = null)
{
    private readonly MetActivations _met = new();

    /// <summary>Runs a task, and waits for it unless it is left.</summary>
    /// <param name="run">Runs it.</param>
    /// <param name="leave">Ends the waiting and leaves the run alone.</param>
    /// <param name="ct">Ends the waiting and cancels the run.</param>
    /// <returns>What the run came to; null if it was left.</returns>
    public static async Task<TaskResult?> RunOrLeaveAsync(Func<CancellationToken, Task<TaskResult>> run, CancellationToken leave, CancellationToken ct)
    {
        // Not disposed: a run that was left may still look at it.
        var cancel = new CancellationTokenSource();
        var registration = ct.UnsafeRegister(static c => ((CancellationTokenSource)c!).Cancel(), cancel);
        await using (registration.ConfigureAwait(false))
        {
            var result = run(cancel.Token);
            try
            {
                return await result.WaitAsync(leave).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (leave.IsCancellationRequested && !ct.IsCancellationRequested && !result.IsCompleted)
            {
                // Whatever it comes to, nobody here asks.
                _ = result.ContinueWith(static r => r.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
                return null;
            }
        }
    }

    /// <summary>Runs a task under an id that the caller knows, and waits for it.</summary>
    public Task<TaskResult> RunAsync(RunId run, TaskArguments? arguments, RunOptions? options, CancellationToken ct)
    {
        var task = TaskNames.Check(run.Task);
        calls.Link.ThrowIfNotUp();
        if (options?.Faults() is { Count: > 0 } faults)
        {
            throw new InvalidTaskException(task, faults);
        }

        ct.ThrowIfCancellationRequested();
        var request = new RunRequest { Id = run.Value, Arguments = arguments, Options = options, Met = _met.Of(task) };
        return waits.WaitAsync(
            run,
            stop => options?.Timeout is { } timeout ? RunWithinAsync(timeout, task, request, stop) : RunToEndAsync(task, request, CancellationToken.None, stop),
            ct);
    }

    public Task<TaskResult> WaitAsync(RunId run, CancellationToken ct) => waits.WaitAsync(run, stop => WaitToEndAsync(run, stop), ct);

    private async Task<TaskResult> WaitToEndAsync(RunId run, CancellationToken ct)
    {
        var grain = grains.Refer<ITaskGrain>(TaskNames.Check(run.Task));
        while (true)
        {
            if (await calls.CallAsync(() => grain.WaitAsync(run), ct).ConfigureAwait(false) is { } result)
            {
                return result;
            }
        }
    }

    private async Task<TaskResult> RunWithinAsync(TimeSpan timeout, string task, RunRequest request, CancellationToken ct)
    {
        using var timer = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timer.Token);
        try
        {
            return await RunToEndAsync(task, request, timer.Token, either.Token).ConfigureAwait(false) is { Status: not RunStatus.TimedOut } result
                ? result
                : throw new TaskTimeoutException(new RunId(task, request.Id), timeout);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new TaskTimeoutException(new RunId(task, request.Id), timeout);
        }
    }

    private async Task<TaskResult> RunToEndAsync(string task, RunRequest request, CancellationToken timeout, CancellationToken ct)
    {
        // A run that is waited for is a part of what its caller does.
        using var carried = TaskSpans.IsOn ? TraceCarrier.Send(TraceContext.Of(Activity.Current)) : default;
        var grain = grains.Refer<ITaskGrain>(task);
        var run = new RunId(task, request.Id);
        ClusterCalls.Patience? patience = null;
        var (begun, hasMet) = (false, false);
        try
        {
            while (true)
            {
                var links = calls.Link.Losses;
                try
                {
                    if (!calls.Link.TryPass())
                    {
                        throw ClusterLink.Away;
                    }

                    var result = begun
                        ? await grain.WaitAsync(run).WaitAsync(ct).ConfigureAwait(false)
                        : await grain.BeginRunAsync(request).AsTask().WaitAsync(ct).ConfigureAwait(false);
                    if (result is not null)
                    {
                        return result;
                    }

                    begun = true;
                    patience?.Reset();
                }
                catch (UnmetActivationException e)
                {
                    _met.Meet(task, e.Activation);
                    request = request with { Met = e.Activation };
                    if (hasMet)
                    {
                        // It has moved once more.
                        await (patience ??= calls.Start()).PauseAsync(e, ct).ConfigureAwait(false);
                    }

                    hasMet = true;
                }
                catch (Exception e) when (ClusterCalls.IsTransient(e))
                {
                    await (patience ??= calls.Start()).PauseAsync(e, ct).ConfigureAwait(false);

                    // A message that was refused has not been acted upon; after anything else the run may have been started. Others may have met the task's next activation meanwhile.
                    request = begun ? request : request with { Met = _met.Of(task), Repeated = request.Repeated || !(e == ClusterLink.Away || ClusterCalls.IsRefusal(e)) };
                    var isLoss = ClusterCalls.IsLoss(e) || (e is TimeoutException && e != ClusterLink.Away && calls.Link.Losses != links);
                    request = request with { Losses = request.Losses + (isLoss ? 1 : 0) };
                }
                catch (RunNotFoundException) when (begun)
                {
                    // The grain lives elsewhere now and does not know the run: ask it to find or to repeat it.
                    (begun, request) = (false, request with { Repeated = true });
                }
                catch (TaskException e) when (calls.NoteRefused(e))
                {
                    throw;
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            _ = CancelQuietlyAsync(grain, run, timeout.IsCancellationRequested);
            throw;
        }
    }

    private async Task CancelQuietlyAsync(ITaskGrain grain, RunId run, bool timedOut)
    {
        try
        {
            await calls.CallAsync(() => grain.CancelRunAsync(run, timedOut), CancellationToken.None).ConfigureAwait(false);
        }
        catch (TaskException)
        {
            // Nobody waits for this any more; a silo that cannot be reached for so long has lost the run anyway.
        }
    }
}
