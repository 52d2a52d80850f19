using System.Diagnostics;
using OrleansTasks.Client.Links;
using OrleansTasks.Grains;
using OrleansTasks.Telemetry;

namespace OrleansTasks.Client;

/// <summary>Starts runs and waits for them, despite lost answers, lost silos and response timeouts.</summary>
internal sealed class RunCaller(IGrainFactory grains, ClusterCalls calls, TimeProvider time, IRunWaits? waits = null)
{
    private readonly MetActivations _met = new();

    /// <summary>Runs a task, and waits for it until the wait is ended.</summary>
    /// <param name="run">Runs it.</param>
    /// <param name="leave">A token that ends the wait without cancelling the run.</param>
    /// <param name="ct">A token that ends the wait and cancels the run.</param>
    /// <returns>The result of the run, or null if the wait ended without cancelling it.</returns>
    public static async Task<TaskResult?> RunOrLeaveAsync(Func<CancellationToken, Task<TaskResult>> run, CancellationToken leave,
        CancellationToken ct)
    {
        // Not disposed, because the call for a run that continues may still use it.
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
                // Nobody observes the outcome.
                _ = result.ContinueWith(static r => r.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted,
                    TaskScheduler.Default);
                return null;
            }
        }
    }

    /// <summary>Runs a task under an id that the caller chooses, and waits for it.</summary>
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
            stop =>
                options?.Timeout is { } timeout
                    ? RunWithinAsync(timeout, task, request, stop)
                    : RunToEndAsync(task, request, CancellationToken.None, stop),
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
            return await RunToEndAsync(task, request, timer.Token,
                either.Token).ConfigureAwait(false) is { Status: not RunStatus.TimedOut } result
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
        // An awaited run is a part of its caller's operation.
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
                        // The grain has moved once more.
                        await (patience ??= calls.Start()).PauseAsync(e, ct).ConfigureAwait(false);
                    }

                    hasMet = true;
                }
                catch (Exception e) when (ClusterCalls.IsTransient(e))
                {
                    await (patience ??= calls.Start()).PauseAsync(e, ct).ConfigureAwait(false);

                    // A rejected message has not been carried out. After any other failure the run may have been started, and others may
                    // have met the task's next activation meanwhile.
                    request = begun
                        ? request
                        : request with
                        {
                            Met = _met.Of(task),
                            Repeated = request.Repeated || !(e == ClusterLink.Away || ClusterCalls.IsRefusal(e))
                        };
                    var isLoss = ClusterCalls.IsLoss(e) || (e is TimeoutException && e != ClusterLink.Away && calls.Link.Losses != links);
                    request = request with { Losses = request.Losses + (isLoss ? 1 : 0) };
                }
                catch (RunNotFoundException) when (begun)
                {
                    // The grain is elsewhere now and does not know the run. The repeated request makes it find or repeat the run.
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
            // Nobody waits for this any more. A silo that cannot be reached for so long has lost the run anyway.
        }
    }
}
