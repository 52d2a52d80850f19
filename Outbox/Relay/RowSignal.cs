using System.Data.Common;
using System.Threading.Channels;
using Npgsql;
using OrleansTasks.Outbox.Rows;

namespace OrleansTasks.Outbox.Relay;

/// <summary>Wakes the relay when PostgreSQL announces rows. Without a connection to listen on, it never does.</summary>
internal sealed class RowSignal : IAsyncDisposable
{
    private readonly Channel<bool> _signals =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly CancellationTokenSource _stop = new();
    private RelayConnections.Opened? _opened;
    private Task _listening = Task.CompletedTask;

    /// <summary>Gets whether somebody listens.</summary>
    public bool IsListening { get; private set; }

    /// <summary>Starts to listen.</summary>
    /// <param name="opened">The connection, which is disposed with this object.</param>
    /// <param name="ct">A token that cancels the start.</param>
    /// <exception cref="DbException">The database rejects it.</exception>
    public async Task ListenAsync(RelayConnections.Opened opened, CancellationToken ct)
    {
        _opened = opened;
        var connection = (NpgsqlConnection)opened.Connection;
        connection.Notification += (_, _) => Wake();
        await connection.ExecuteAsync(null, $"LISTEN {OutboxSql.Channel}", ct).ConfigureAwait(false);
        IsListening = true;
        _listening = ReceiveAsync(connection);
    }

    /// <summary>Wakes the relay.</summary>
    public void Wake() => _signals.Writer.TryWrite(true);

    /// <summary>Waits until rows are announced, or a time has passed.</summary>
    /// <exception cref="DbException">The connection to listen on is lost.</exception>
    public async Task WaitAsync(TimeSpan limit, TimeProvider time, CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var signal = _signals.Reader.WaitToReadAsync(either.Token).AsTask();
        var pause = Task.Delay(limit, time, either.Token);
        Task first = await Task.WhenAny(signal, pause).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        ct.ThrowIfCancellationRequested();
        await first.ConfigureAwait(false);
        _signals.Reader.TryRead(out _);
        if (_listening.IsFaulted)
        {
            await _listening.ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        if (_opened is not null)
        {
            await _opened.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task ReceiveAsync(NpgsqlConnection connection)
    {
        try
        {
            while (true)
            {
                await connection.WaitAsync(_stop.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            // The relay notices at once that the connection is lost.
            Wake();
        }
    }
}
