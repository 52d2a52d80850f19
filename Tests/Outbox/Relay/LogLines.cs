using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OrleansTasks.Outbox.Relay;

namespace OrleansTasks.Tests.Outbox.Relay;

/// <summary>Keeps log messages, and lets tests wait for one.</summary>
internal sealed class LogLines : ILogger<OutboxRelay>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Channel<(int Id, string Text)> _lines = Channel.CreateUnbounded<(int, string)>();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) => _lines.Writer.TryWrite((eventId.Id, formatter(state, exception)));

    /// <summary>Waits for a message with an id, and returns its text.</summary>
    public async Task<string> NextAsync(int id)
    {
        while (true)
        {
            var line = await _lines.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask()
                .WaitAsync(Patience, TimeProvider.System);
            if (line.Id == id)
            {
                return line.Text;
            }
        }
    }
}
