using System.Diagnostics;
using OrleansTasks.Errors;

namespace OrleansTasks.Telemetry;

/// <summary>Begins and ends spans. Nothing is made where nobody listens.</summary>
internal static class TaskSpans
{
    /// <summary>The source of all spans. There is one in a process, as .NET has it: who listens, listens to a name.</summary>
    public static ActivitySource Source { get; } = new(TasksTelemetry.SourceName, typeof(TaskSpans).Assembly.GetName().Version?.ToString(3));

    /// <summary>Whether anybody listens. To be asked before anything is made.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <summary>Begins a span that belongs to nobody's flow: the present one stays what it is.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="from">What it is a child of, or linked to; null: it begins a trace.</param>
    /// <returns>The span; null if nobody wants it.</returns>
    public static Activity? BeginApart(string name, ActivityKind kind, TraceContext? from)
    {
        var present = Activity.Current;
        try
        {
            return Begin(name, kind, from);
        }
        finally
        {
            Activity.Current = present;
        }
    }

    /// <summary>Begins a span that becomes the present one of this flow.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="from">What it is a child of, or linked to; null: it begins a trace.</param>
    /// <returns>The span; null if nobody wants it.</returns>
    public static Activity? Begin(string name, ActivityKind kind, TraceContext? from)
    {
        try
        {
            return Start(name, kind, from);
        }
        catch (Exception)
        {
            // Somebody's listener threw: that is no reason for a run to fail. It is not seen then, and nothing is below it.
            Activity.Current = null;
            return null;
        }
    }

    private static Activity? Start(string name, ActivityKind kind, TraceContext? from)
    {
        // Without a parent it would be a child of the present one, which is whatever this thread happened to do.
        Activity.Current = null;
        var context = from?.Context ?? default;
        var span = from is { IsLink: true } && context != default
            ? Source.StartActivity(name, kind, default(ActivityContext), links: [new ActivityLink(context)])
            : Source.StartActivity(name, kind, context);
        if (span is not null && from?.Baggage is { } baggage)
        {
            foreach (var (key, value) in W3CBaggage.Read(baggage))
            {
                span.AddBaggage(key, value);
            }
        }

        return span;
    }

    /// <summary>Ends a span; the present one of this flow stays what it is.</summary>
    public static void EndApart(Activity span)
    {
        var present = Activity.Current;
        try
        {
            span.Stop();
        }
        catch (Exception)
        {
            // The same.
        }

        Activity.Current = ReferenceEquals(present, span) ? null : present;
    }

    /// <summary>Marks a span as failed.</summary>
    /// <param name="span">The span.</param>
    /// <param name="type">The error's type, or the status that stands for it.</param>
    /// <param name="message">What it says.</param>
    /// <param name="stack">Its stack; null if it is not to be told.</param>
    public static void Fail(Activity span, string type, string? message, string? stack = null)
    {
        span.SetStatus(ActivityStatusCode.Error, message);
        span.SetTag(TelemetryTags.ErrorType, type);
        if (message is not null)
        {
            var tags = new ActivityTagsCollection { { "exception.type", type }, { "exception.message", message } };
            if (stack is not null)
            {
                tags.Add("exception.stacktrace", stack);
            }

            span.AddEvent(new ActivityEvent("exception", tags: tags));
        }
    }

    /// <summary>Sends something to the cluster in a span of its own, whose context goes with it.</summary>
    /// <param name="name">The span's name.</param>
    /// <param name="task">The task; null if there are several.</param>
    /// <param name="operation">What is done, in one word.</param>
    /// <param name="send">Sends it.</param>
    /// <returns>What came back.</returns>
    public static async Task<T> SendAsync<T>(string name, string? task, string operation, Func<Task<T>> send)
    {
        var present = Activity.Current;
        var span = BeginBelow(present, name);
        if (span is not null)
        {
            span.SetTag(TelemetryTags.MessagingSystem, TelemetryTags.System);
            span.SetTag(TelemetryTags.OperationName, operation);
            span.SetTag(TelemetryTags.OperationType, "send");
            if (task is not null)
            {
                span.SetTag(TelemetryTags.Destination, task);
                span.SetTag(TelemetryTags.Task, task);
            }
        }

        // Also where this span is not sampled: what follows is not sampled then either.
        using var carried = TraceCarrier.Send(TraceContext.Of(Activity.Current));
        try
        {
            var sent = await send().ConfigureAwait(false);
            if (span is not null && sent is RunId run)
            {
                NameRun(span, run);
            }

            return sent;
        }
        catch (Exception e)
        {
            if (span is not null)
            {
                Fail(span, ExceptionText.NameOf(e), ExceptionText.MessageOf(e));
            }

            throw;
        }
        finally
        {
            if (span is not null)
            {
                EndApart(span);
                Activity.Current = present;
            }
        }
    }

    /// <summary>Begins a span below the present one.</summary>
    private static Activity? BeginBelow(Activity? present, string name)
    {
        try
        {
            return Source.StartActivity(name, ActivityKind.Producer);
        }
        catch (Exception)
        {
            // The same.
            Activity.Current = present;
            return null;
        }
    }

    /// <summary>Says which run a span is of.</summary>
    public static void NameRun(Activity span, RunId run)
    {
        var text = run.ToString();
        span.SetTag(TelemetryTags.MessageId, text);
        span.SetTag(TelemetryTags.Run, text);
    }
}
