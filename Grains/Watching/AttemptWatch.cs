using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OrleansTasks.Runs;
using OrleansTasks.Telemetry;

namespace OrleansTasks.Watching;

/// <summary>
/// Accompanies an attempt while its handler is called, with a span, which is the handler's current one, and a log scope. It begins and ends
/// within one asynchronous method, in whose flow the handler runs.
/// </summary>
internal readonly struct AttemptWatch
{
    private readonly Activity? _span;
    private readonly IDisposable? _scope;

    private AttemptWatch(Activity? span, IDisposable? scope) => (_span, _scope) = (span, scope);

    /// <summary>Starts to watch an attempt.</summary>
    /// <param name="order">The attempt.</param>
    /// <param name="silo">The silo that makes it.</param>
    /// <param name="metrics">Counts the attempt.</param>
    /// <param name="log">The silo's log, whose scopes all loggers of the process share.</param>
    /// <param name="startedAt">When it starts, by its task's time.</param>
    public static AttemptWatch Begin(RunOrder order, string silo, SiloMetrics metrics, ILogger log, DateTimeOffset startedAt)
    {
        metrics.NoteStarted(order, startedAt);
        var span = TaskSpans.IsOn ? BeginSpan(order, silo) : null;
        return new AttemptWatch(span, log.BeginScope(new AttemptScope(order, span)));
    }

    /// <summary>Ends the watch.</summary>
    /// <param name="outcome">The outcome of the attempt, or null if the runner itself threw.</param>
    public void End(RunOutcome? outcome)
    {
        _scope?.Dispose();
        if (_span is { } span)
        {
            End(span, outcome);
        }
    }

    private static void End(Activity span, RunOutcome? outcome)
    {
        if (outcome is not null && span.IsAllDataRequested)
        {
            span.SetTag(TelemetryTags.Status, TelemetryTags.Of(outcome.Status));
            if (outcome.Steering == Steering.Snooze)
            {
                // The handler requested another attempt later, and has not failed.
                span.SetTag(TelemetryTags.Reason, "snoozed");
            }
            else if (outcome.Status != RunStatus.Succeeded)
            {
                TaskSpans.Fail(span, outcome.ErrorType ?? TelemetryTags.Of(outcome.Status), outcome.Error, outcome.Stack);
            }
        }

        TaskSpans.EndApart(span);
    }

    private static Activity? BeginSpan(RunOrder order, string silo)
    {
        // The run's own span is its parent. If nobody listens at its task's grain, there is no such span, and the request for the run is
        // the parent.
        var from = order.Span is null ? order.Trace : TraceContext.Of(order.Span, order.Trace?.State, order.Trace?.Baggage, isLink: false);
        var span = TaskSpans.Begin($"attempt {order.RunId.Task}", ActivityKind.Internal, from);
        if (span is { IsAllDataRequested: true })
        {
            TaskSpans.NameRun(span, order.RunId);
            span.SetTag(TelemetryTags.Task, order.RunId.Task);
            span.SetTag(TelemetryTags.Handler, order.Handler);
            span.SetTag(TelemetryTags.Trigger, TelemetryTags.Of(order.Trigger));
            span.SetTag(TelemetryTags.Attempt, order.Attempt);
            span.SetTag(TelemetryTags.Silo, silo);
        }

        return span;
    }
}
