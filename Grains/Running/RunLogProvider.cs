using Microsoft.Extensions.Logging;
using OrleansTasks.Errors;

namespace OrleansTasks.Running;

/// <summary>Gives what handlers log to the run that they are in. What levels it sees, the host's logging says.</summary>
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

        public bool IsEnabled(LogLevel logLevel) => RunFlow.Current?.Log is not null && logLevel >= LogLevel.Information && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
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
                // That a line cannot be formatted is no reason to fail the run that logs it.
                return $"(A line could not be formatted: {ExceptionText.NameOf(e)}: {ExceptionText.MessageOf(e)})";
            }
        }
    }
}
