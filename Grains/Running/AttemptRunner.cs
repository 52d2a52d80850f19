using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansTasks.Clocks;
using OrleansTasks.Publishing;
using OrleansTasks.Runs;
using OrleansTasks.Values;
using OrleansTasks.Watching;

namespace OrleansTasks.Running;

/// <summary>
/// Makes one attempt of a run: calls the handler in a scope of its own, and returns the outcome. The handler's outcome is final, whatever
/// the disposal of its dependencies does afterwards.
/// </summary>
internal sealed partial class AttemptRunner(
    IServiceScopeFactory scopes,
    IRunControls controls,
    ThrownReader reader,
    EventPublisher events,
    ILocalSiloDetails silo,
    IOptions<TasksOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    SiloMetrics metrics,
    ILogger<RunExecutor> log)
{
    private readonly TasksOptions _options = options.Value;
    private readonly string _silo = silo.SiloAddress.ToString();

    /// <summary>Calls the handler, unless the run has ended. Every exception becomes the outcome; the method throws nothing.</summary>
    public async Task<RunOutcome> MakeAsync(RunningRun run)
    {
        try
        {
            run.StartedAt = run.Now;
            if ((EndOf(run) with { At = run.StartedAt.Value }).TooLate() is { } late)
            {
                return late;
            }

            TellStarted(run);
            var watch = AttemptWatch.Begin(run.Order, _silo, metrics, log, run.StartedAt.Value);
            RunOutcome? outcome = null;
            try
            {
                outcome = await CallAsync(run).ConfigureAwait(false);
            }
            finally
            {
                watch.End(outcome);
            }

            return run.Log?.Take() is { Count: > 0 } logged ? outcome with { Log = logged } : outcome;
        }
        catch (Exception e)
        {
            // The disposal does not belong to the handler. Its exceptions are reported below.
            RunFlow.Current = null;
            return await FailedAsync(run, e).ConfigureAwait(false);
        }
    }

    /// <summary>Returns the outcome of a run that was stopped before it started.</summary>
    public RunOutcome Unstarted(RunningRun run) => EndOf(run).Unstarted(run.StopCause);

    private async Task<RunOutcome> CallAsync(RunningRun run)
    {
        var order = run.Order;
        var timeLeft = (EndOf(run) with { At = run.StartedAt!.Value }).TimeLeft;
        using var timer = timeLeft is { } timeout
            ? time.CreateTimer(static r => ((RunningRun)r!).TimeOut(), run, timeout, Timeout.InfiniteTimeSpan)
            : null;
        run.Log = order.LogLines > 0 ? new RunLog(order.LogLines, _options.Limits.MaxLogLength, time) : null;
        RunFlow.Current = run;
        RunOutcome outcome;
        TaskRunContext? context = null;
        var scope = scopes.CreateAsyncScope();
        try
        {
            context = ContextOf(run, scope.ServiceProvider, timeLeft);
            run.InCallSince = TimeProvider.System.GetTimestamp();
            var call = run.Invoker.InvokeAsync(scope.ServiceProvider, context, order.SendValue);
            run.InCallSince = 0;
            outcome = Returned(run, await call.ConfigureAwait(false));
        }
        catch (Exception e)
        {
            // Every exception of a handler is the outcome of its run.
            run.InCallSince = 0;
            outcome = await FailedAsync(run, e).ConfigureAwait(false);
        }

        try
        {
            await scope.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await NoteDisposalAsync(run, e).ConfigureAwait(false);
        }

        if (context?.DisposalFault is { } fault)
        {
            await NoteDisposalAsync(run, fault).ConfigureAwait(false);
        }

        RunFlow.Current = null;
        return outcome;
    }

    private TaskRunContext ContextOf(RunningRun run, IServiceProvider services, TimeSpan? timeLeft) => new(controls.For(run), run.StopToken)
    {
        RunId = run.Order.RunId,
        Attempt = run.Order.Attempt,
        Trigger = run.Order.Trigger,
        ScheduledAt = run.Order.ScheduledAt,
        Arguments = run.Order.Arguments,
        Headers = run.Order.Headers ?? TaskHeaders.None,
        RequestedBy = run.Order.RequestedBy,
        Parent = run.Order.Parent,
        Batch = run.Order.Batch,
        Priority = run.Order.Priority,
        Deadline = Times.Later(run.StartedAt!.Value, timeLeft),
        AttemptsLeft = run.Order.AttemptsLeft,
        Services = services,
    };

    private RunOutcome Returned(RunningRun run, byte[]? json) => json?.Length > _options.Limits.MaxValueSize
        ? throw new TaskValueException(run.Order.RunId.Task,
            $"The value has {json.Length} bytes of JSON; {_options.Limits.MaxValueSize} are allowed (TasksOptions.Limits.MaxValueSize).")
        : EndOf(run).Returned(json);

    private async Task<RunOutcome> FailedAsync(RunningRun run, Exception e)
    {
        // Logging from here on does not belong to the handler.
        RunFlow.Current = null;
        var status = AttemptEnd.StatusOf(e, run.StopCause, run.StopToken);
        var (isCutOff, sendStack) = (run.StopCause is null, _options.SendStacks && status == RunStatus.Failed);
        var thrown = await reader.ReadAsync(e, withDescription: sendStack).ConfigureAwait(false);
        var outcome = EndOf(run).Threw(status, e, thrown, isCutOff, sendStack);
        if (status == RunStatus.Failed && outcome.Steering != Steering.Snooze)
        {
            LogFailed(log, run.Order.RunId.Task, run.Order.RunId, thrown.Type, thrown.Message);
        }

        return outcome;
    }

    /// <summary>Reports the exception of a disposal in the silo's log and in the run's log. It does not change the outcome.</summary>
    private async Task NoteDisposalAsync(RunningRun run, Exception e)
    {
        RunFlow.Current = null;
        var thrown = await reader.ReadAsync(e, withDescription: false).ConfigureAwait(false);
        LogDisposal(log, run.Order.RunId.Task, run.Order.RunId, thrown.Type, thrown.Message);
        run.Log?.Add(LogLevel.Warning, nameof(OrleansTasks), "The result does not change, but disposing the run's services threw "
            + $"{thrown.Type}: {thrown.Message}", null);
    }

    private void TellStarted(RunningRun run)
    {
        var order = run.Order;
        if (events.IsWanted())
        {
            events.Publish(new TaskEvent
            {
                Task = order.RunId.Task,
                Kind = TaskEventKind.RunStarted,
                At = run.StartedAt!.Value,
                RunId = order.RunId,
                ScheduledAt = order.ScheduledAt,
                Attempt = order.Attempt,
                By = order.RequestedBy,
                Silo = _silo,
            });
        }
    }

    private AttemptEnd EndOf(RunningRun run) => new(run.Order, run.StartedAt, run.Now, _silo);

    [LoggerMessage(101, LogLevel.Warning, "{Task}: run {Run} failed with {ErrorType}: {Error}")]
    private static partial void LogFailed(ILogger logger, string task, RunId run, string errorType, string error);

    [LoggerMessage(105, LogLevel.Warning,
        "{Task}: disposing the services of run {Run} threw {ErrorType}: {Error} The run's result does not change.")]
    private static partial void LogDisposal(ILogger logger, string task, RunId run, string errorType, string error);
}
