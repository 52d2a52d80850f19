using Microsoft.Extensions.Logging;

namespace OrleansTasks.Tests.Storage;

/// <summary>Records the levels of the messages that an operator would see.</summary>
internal sealed class CountingLogger : ILogger
{
    public List<LogLevel> Levels { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (logLevel > LogLevel.Debug)
        {
            Levels.Add(logLevel);
        }
    }
}
