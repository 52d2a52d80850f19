namespace OrleansTasks.Telemetry;

/// <summary>Adds the trace of a call to Orleans' <see cref="RequestContext"/>. Versions that do not know it ignore it.</summary>
internal static class TraceCarrier
{
    private const string Key = "orleans-tasks.trace";
    private const string Link = "link";

    /// <summary>Gets the trace of the current call, or null if it has none.</summary>
    public static TraceContext? Current =>
        RequestContext.Get(Key) is string?[] { Length: 4 } sent ? TraceContext.Of(sent[0], sent[1], sent[2], sent[3] == Link) : null;

    /// <summary>Adds a trace to the calls of this flow, until the returned scope is disposed.</summary>
    /// <param name="trace">The trace, or null for none.</param>
    /// <returns>A scope that ends it.</returns>
    public static Scope Send(TraceContext? trace)
    {
        var before = RequestContext.Get(Key);
        if (trace is null && before is null)
        {
            return default;
        }

        Set(trace is null ? null : new[] { trace.Parent, trace.State, trace.Baggage, trace.IsLink ? Link : null });
        return new Scope(before);
    }

    private static void Set(object? sent)
    {
        if (sent is null)
        {
            RequestContext.Remove(Key);
        }
        else
        {
            RequestContext.Set(Key, sent);
        }
    }

    /// <summary>Represents a scope in which calls have a trace.</summary>
    /// <param name="before">The previous value.</param>
    internal readonly struct Scope(object? before) : IDisposable
    {
        private readonly bool _isSet = true;

        public void Dispose()
        {
            if (_isSet)
            {
                Set(before);
            }
        }
    }
}
