using Microsoft.Extensions.Logging;
using OrleansTasks.Errors;

namespace OrleansTasks.Running;

/// <summary>Adds what handlers log to the log of their run. The host's logging configuration decides which levels it receives.</summary>
[ProviderAlias("OrleansTasksRuns")]
internal sealed class RunLogProvider : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new RunLogger(categoryName);

    public void Dispose()
    {
    }

    private sealed class RunLogger(string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) =>
            RunFlow.Current?.Log is not null && logLevel >= LogLevel.Information && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                RunFlow.Current?.Log?.Add(logLevel, category, Format(state, exception, formatter), exception);
            }
        }

        private static string Format<TState>(TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            try
            {
                return formatter(state, exception) ?? "";
            }
            catch (Exception e)
            {
                // A line that cannot be formatted must not fail the run that logs it.
                return $"(A line could not be formatted: {ExceptionText.NameOf(e)}: {ExceptionText.MessageOf(e)})";
            }
        }
    }
}
