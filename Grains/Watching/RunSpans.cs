using System.Diagnostics;
using OrleansTasks.Errors;
using OrleansTasks.Runs;
using OrleansTasks.Telemetry;

namespace OrleansTasks.Watching;

/// <summary>
/// Manages the span of a run: from when its task's grain first orders an attempt until its result is published. It is called on the grain's
/// turns.
/// </summary>
internal static class RunSpans
{
    /// <summary>Starts the span of a run, unless it has one.</summary>
    /// <param name="run">The run.</param>
    /// <param name="handler">Its handler.</param>
    public static void Begin(ActiveRun run, string handler)
    {
        if (!TaskSpans.IsOn || run.SpanContext is not null)
        {
            return;
        }

        var span = TaskSpans.BeginApart($"run {run.RunId.Task}", ActivityKind.Consumer, run.Facts.Trace);
        if (span is null)
        {
            return;
        }

        (run.Span, run.SpanContext) = (span, span.Id);
        if (span.IsAllDataRequested)
        {
            Describe(span, run, handler);
        }
    }

    /// <summary>Ends the span of a run with its result.</summary>
    public static void End(ActiveRun run, TaskResult result)
    {
        if (run.Span is not { } span)
        {
            return;
        }

        if (span.IsAllDataRequested)
        {
            span.SetTag(TelemetryTags.Status, TelemetryTags.Of(result.Status));
            span.SetTag(TelemetryTags.Attempt, result.Attempt);
            span.SetTag(TelemetryTags.Silo, result.Silo);
            if (result.Status != RunStatus.Succeeded)
            {
                // The span of its attempt contains the handler's exception.
                span.SetStatus(ActivityStatusCode.Error, result.Error);
                span.SetTag(TelemetryTags.ErrorType, result.ErrorType ?? TelemetryTags.Of(result.Status));
            }
        }

        Stop(run, span);
    }

    /// <summary>Ends the span of a run that is rejected. The caller is told why.</summary>
    public static void Refuse(ActiveRun run, Exception refusal)
    {
        if (run.Span is { } span)
        {
            TaskSpans.Fail(span, ExceptionText.NameOf(refusal), ExceptionText.MessageOf(refusal));
            Stop(run, span);
        }
    }

    /// <summary>Ends the span of a run that continues elsewhere, or has ended elsewhere.</summary>
    public static void Leave(ActiveRun run)
    {
        if (run.Span is { } span)
        {
            span.SetTag(TelemetryTags.Moved, true);
            Stop(run, span);
        }
    }

    /// <summary>Returns the context to which the followers of a run are linked.</summary>
    /// <returns>The context, or null if nobody listens, and nobody did when the run was requested.</returns>
    public static TraceContext? LinkTo(ActiveRun run) => run.SpanContext is { } span
        ? TraceContext.Of(span, run.Facts.Trace?.State, run.Facts.Trace?.Baggage, isLink: true)
        : run.Facts.Trace?.AsLink();

    private static void Stop(ActiveRun run, Activity span)
    {
        run.Span = null;
        TaskSpans.EndApart(span);
    }

    private static void Describe(Activity span, ActiveRun run, string handler)
    {
        TaskSpans.NameRun(span, run.RunId);
        span.SetTag(TelemetryTags.MessagingSystem, TelemetryTags.System);
        span.SetTag(TelemetryTags.OperationName, "run");
        span.SetTag(TelemetryTags.OperationType, "process");
        span.SetTag(TelemetryTags.Destination, run.RunId.Task);
        span.SetTag(TelemetryTags.Task, run.RunId.Task);
        span.SetTag(TelemetryTags.Handler, handler);
        span.SetTag(TelemetryTags.Trigger, TelemetryTags.Of(run.Trigger));
        span.SetTag(TelemetryTags.ScheduledAt, run.ScheduledAt.ToString("O"));
        if (run.Facts.Batch is { } batch)
        {
            span.SetTag(TelemetryTags.Batch, batch.Batch.ToString());
        }

        if (run.Facts.Parent is { } parent)
        {
            span.SetTag(TelemetryTags.Parent, parent.ToString());
        }
    }
}
