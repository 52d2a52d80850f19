using Microsoft.Extensions.Logging;

namespace OrleansTasks;

/// <summary>Gives what handlers log to the run that they are in. What levels it sees, the host's logging says.</summary>
[ProviderAlias("OrleansTasksRuns")]
internal sealed class RunLogProvider : ILoggerProvider
{
    private static readonly AsyncLocal<RunLog?> Flow = new();

    /// <summary>The log of the run that this flow of execution is in.</summary>
    public static RunLog? Current
    {
        get => Flow.Value;
        set => Flow.Value = value;
    }

    public ILogger CreateLogger(string categoryName) => new RunLogger(categoryName);

    public void Dispose()
    {
    }

    private sealed class RunLogger(string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => Flow.Value is not null && logLevel >= LogLevel.Information && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Flow.Value!.Add(logLevel, category, formatter(state, exception), exception);
            }
        }
    }
}
