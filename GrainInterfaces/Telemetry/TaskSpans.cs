using System.Diagnostics;
using OrleansTasks.Errors;

namespace OrleansTasks.Telemetry;

/// <summary>Starts and ends spans. It creates nothing if nobody listens.</summary>
internal static class TaskSpans
{
    /// <summary>
    /// Gets the source of all spans. As usual in .NET there is one in a process, because listeners select a source by name.
    /// </summary>
    public static ActivitySource Source { get; } = new(TasksTelemetry.SourceName,
        typeof(TaskSpans).Assembly.GetName().Version?.ToString(3));

    /// <summary>Gets whether anybody listens. Callers check it before they create anything.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <summary>Starts a span outside the current flow: the current span does not change.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="from">The context of which it is a child, or to which it is linked. Null: it starts a trace.</param>
    /// <returns>The span, or null if nobody wants it.</returns>
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

    /// <summary>Starts a span that becomes the current one of this flow.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="from">The context of which it is a child, or to which it is linked. Null: it starts a trace.</param>
    /// <returns>The span, or null if nobody wants it.</returns>
    public static Activity? Begin(string name, ActivityKind kind, TraceContext? from)
    {
        try
        {
            return Start(name, kind, from);
        }
        catch (Exception)
        {
            // A listener threw, which must not fail a run. Then there is no span, and no children of it.
            Activity.Current = null;
            return null;
        }
    }

    private static Activity? Start(string name, ActivityKind kind, TraceContext? from)
    {
        // Without a parent it would become a child of the current span, which is unrelated work of this thread.
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

    /// <summary>Ends a span without changing the current one of this flow.</summary>
    public static void EndApart(Activity span)
    {
        var present = Activity.Current;
        try
        {
            span.Stop();
        }
        catch (Exception)
        {
            // A listener threw, which must not fail a run.
        }

        Activity.Current = ReferenceEquals(present, span) ? null : present;
    }

    /// <summary>Marks a span as failed.</summary>
    /// <param name="span">The span.</param>
    /// <param name="type">The error's type, or the status that stands for it.</param>
    /// <param name="message">The message.</param>
    /// <param name="stack">The stack trace, or null if it must not be revealed.</param>
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

    /// <summary>Sends a request to the cluster in a span of its own, whose context is sent along.</summary>
    /// <param name="name">The span's name.</param>
    /// <param name="task">The task, or null if there are several.</param>
    /// <param name="operation">The operation, in one word.</param>
    /// <param name="send">Sends the request.</param>
    /// <returns>The answer.</returns>
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

        // This also applies if this span is not sampled. Then its children are not sampled either.
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

    /// <summary>Starts a child of the current span.</summary>
    private static Activity? BeginBelow(Activity? present, string name)
    {
        try
        {
            return Source.StartActivity(name, ActivityKind.Producer);
        }
        catch (Exception)
        {
            // A listener threw, which must not fail a run.
            Activity.Current = present;
            return null;
        }
    }

    /// <summary>Adds the run to a span.</summary>
    public static void NameRun(Activity span, RunId run)
    {
        var text = run.ToString();
        span.SetTag(TelemetryTags.MessageId, text);
        span.SetTag(TelemetryTags.Run, text);
    }
}
