using Microsoft.Extensions.Logging;

namespace OrleansTasks.Chaos;

/// <summary>Writes the client's log to a file, separate from the checker's own output.</summary>
internal sealed class FileLog(string path) : ILoggerProvider
{
    private readonly StreamWriter _writer = new(path) { AutoFlush = true };

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose() => _writer.Dispose();

    private sealed class Category(FileLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            // Format outside the lock: the values may take locks of their own.
            var line = $"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {logLevel} {name} {formatter(state, exception)} {exception}";
            lock (log._writer)
            {
                log._writer.WriteLine(line);
            }
        }
    }
}
