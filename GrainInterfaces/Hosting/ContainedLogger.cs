using Microsoft.Extensions.Logging;
using OrleansTasks.Errors;

namespace OrleansTasks.Hosting;

/// <summary>
/// Writes to the host's log, and shields the calling code from exceptions of log providers: a failing provider must not end a run, a
/// timer's thread, or a grain's turn. Texts of unknown origin are escaped, so that no terminal or log file interprets them. The other
/// providers still get each message. The failure of a provider is logged once, through the others.
/// </summary>
/// <param name="inner">The host's logger, for one category.</param>
internal partial class ContainedLogger(ILogger inner) : ILogger
{
    private readonly ILogger _inner = inner;
    private int _said;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        try
        {
            return _inner.BeginScope(state) is { } scope ? new ContainedScope(this, scope) : null;
        }
        catch (Exception e)
        {
            Say(e);
            return null;
        }
    }

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return _inner.IsEnabled(logLevel);
        }
        catch (Exception e)
        {
            Say(e);
            return true;
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        try
        {
            if (ShownLogState.Of(state, exception, formatter) is { } shown)
            {
                _inner.Log(logLevel, eventId, shown, exception, static (s, _) => s.ToString());
            }
            else
            {
                _inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
        catch (Exception e)
        {
            Say(e);
        }
    }

    private void Say(Exception e)
    {
        if (Interlocked.Exchange(ref _said, 1) != 0)
        {
            return;
        }

        try
        {
            var cause = e is AggregateException { InnerExceptions: [var first, ..] } ? first : e;
            LogFailing(_inner, ExceptionText.NameOf(cause), ExceptionText.MessageOf(cause));
        }
        catch (Exception)
        {
            // The failing provider fails again, and the others have the message.
            return;
        }
    }

    /// <summary>Wraps a provider's scope, which may throw when it is disposed.</summary>
    private sealed class ContainedScope(ContainedLogger log, IDisposable scope) : IDisposable
    {
        public void Dispose()
        {
            try
            {
                scope.Dispose();
            }
            catch (Exception e)
            {
                log.Say(e);
            }
        }
    }

    [LoggerMessage(3, LogLevel.Error,
        "A log provider of this process threw {ErrorType} when it was written to, and its lines are lost: {Error} This message is "
        + "logged once.")]
    private static partial void LogFailing(ILogger logger, string errorType, string error);
}

/// <summary>Implements the same for a category that is named by a type.</summary>
/// <typeparam name="T">The type.</typeparam>
internal sealed class ContainedLogger<T>(ILoggerFactory loggers) : ContainedLogger(loggers.CreateLogger<T>()), ILogger<T>;
