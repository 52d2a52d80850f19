namespace OrleansTasks.Telemetry;

/// <summary>Has calls of grains bear the trace that they belong to, in Orleans' <see cref="RequestContext"/>, where versions that do not know it leave it alone.</summary>
internal static class TraceCarrier
{
    private const string Key = "orleans-tasks.trace";
    private const string Link = "link";

    /// <summary>What the present call bears; null if it bears nothing.</summary>
    public static TraceContext? Current => RequestContext.Get(Key) is string?[] { Length: 4 } sent ? TraceContext.Of(sent[0], sent[1], sent[2], sent[3] == Link) : null;

    /// <summary>Has calls bear a trace, from here on in this flow of control, until what it gives is disposed.</summary>
    /// <param name="trace">The trace; null: they bear none.</param>
    /// <returns>Ends it.</returns>
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

    /// <summary>A stretch in which calls bear a trace.</summary>
    /// <param name="before">What they bore before.</param>
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
