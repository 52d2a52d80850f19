using Microsoft.Extensions.Logging;

namespace OrleansTasks.Tests.Unit;

/// <summary>Records log messages from a level on, with their event ids.</summary>
internal sealed class LogLines<T>(LogLevel least = LogLevel.Warning) : ILogger<T>
{
    public List<(int Id, string Text)> Lines { get; } = [];

    /// <summary>Returns the texts of the messages with the given id.</summary>
    public IEnumerable<string> Of(int id) => Lines.Where(l => l.Id == id).Select(static l => l.Text);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Lines.Add((eventId.Id, formatter(state, exception)));
        }
    }
}
