using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Tests.Cluster;

/// <summary>
/// Lets a test wait until silos have logged an event a number of times, if nothing else shows that they have come so far.
/// </summary>
internal sealed class LogWatch : ILoggerProvider, ILogger
{
    private readonly ConcurrentDictionary<int, int> _counts = new();
    private readonly Happenings _happenings = new();

    public Task UntilAsync(int eventId, int times) => _happenings.UntilAsync(() => _counts.GetValueOrDefault(eventId) >= times);

    public int Count(int eventId) => _counts.GetValueOrDefault(eventId);

    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        _counts.AddOrUpdate(eventId.Id, 1, static (_, n) => n + 1);
        _happenings.Note();
    }
}
