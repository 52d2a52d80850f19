using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using OrleansTasks.Chaos.Faults;

namespace OrleansTasks.Chaos.Machines;

/// <summary>Forwards connections between a silo and its store's server, and injects faults.</summary>
internal sealed class StoreProxy : IAsyncDisposable
{
    private static readonly TimeSpan SlowBy = TimeSpan.FromMilliseconds(500);
    private readonly ConcurrentDictionary<Socket, StorageTrouble> _connections = [];
    private readonly TcpListener _listener;
    private readonly int _target;
    private readonly TimeProvider _time;
    private readonly Task _accepting;
    private volatile StorageTrouble _trouble;

    public StoreProxy(IPAddress address, int target, TimeProvider time)
    {
        (_target, _time) = (target, time);
        _listener = new TcpListener(address, 0);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public StorageTrouble Trouble
    {
        get => _trouble;
        set
        {
            var before = _trouble;
            _trouble = value;

            // A connection that has lost bytes is unusable.
            if (value == StorageTrouble.Refuse
                || (value == StorageTrouble.None && before is StorageTrouble.Unanswered or StorageTrouble.Silent))
            {
                foreach (var connection in _connections.Keys)
                {
                    Reset(connection);
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        foreach (var connection in _connections.Keys)
        {
            Reset(connection);
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The proxy stops.
        }
    }

    private async Task ServeAsync(Socket silo)
    {
        if (_trouble == StorageTrouble.Refuse)
        {
            Reset(silo);
            return;
        }

        _connections[silo] = default;
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target);
            server.NoDelay = silo.NoDelay = true;
            await Task.WhenAny(PumpAsync(silo, server, isAnswer: false), PumpAsync(server, silo, isAnswer: true));
        }
        catch (SocketException)
        {
            // The server is gone. The reset tells the silo.
        }
        finally
        {
            Reset(silo);
            _connections.TryRemove(silo, out _);
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool isAnswer)
    {
        var buffer = new byte[64 << 10];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var read)
            {
                switch (_trouble)
                {
                    case StorageTrouble.Silent:
                    case StorageTrouble.Unanswered when isAnswer:
                        continue;
                    case StorageTrouble.Slow:
                        await Task.Delay(SlowBy, _time);
                        break;
                }

                await to.SendAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One side is gone. The caller closes the other.
        }
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The socket is already closed.
        }

        socket.Dispose();
    }
}
