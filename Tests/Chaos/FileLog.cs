using Microsoft.Extensions.Logging;

namespace OrleansTasks.Chaos;

/// <summary>A log in a file, for what the client has to say beside the checker's own output.</summary>
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

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // Outside of the lock: what is logged may take locks of its own to say what it is.
            var line = $"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {logLevel} {name} {formatter(state, exception)} {exception}";
            lock (log._writer)
            {
                log._writer.WriteLine(line);
            }
        }
    }
}
