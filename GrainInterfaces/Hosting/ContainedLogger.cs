using Microsoft.Extensions.Logging;
using OrleansTasks.Errors;

namespace OrleansTasks.Hosting;

/// <summary>
/// Writes to the host's log, and keeps what a log provider throws from the code that logs: a provider that fails must not end a run, a timer's thread, or a grain's turn.
/// Texts of strangers in it are written so that no terminal or log file acts upon them. The other providers are written to all the same. That one fails is said once, to those that do not.
/// </summary>
/// <param name="inner">The host's log, of one category.</param>
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

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
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
            // The provider that failed fails again; the others have the line.
            return;
        }
    }

    /// <summary>A scope of a provider's, which may throw when it ends.</summary>
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

/// <summary>The same for a category that is named by a type.</summary>
/// <typeparam name="T">The type.</typeparam>
internal sealed class ContainedLogger<T>(ILoggerFactory loggers) : ContainedLogger(loggers.CreateLogger<T>()), ILogger<T>;
