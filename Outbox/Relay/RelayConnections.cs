using System.Data.Common;

namespace OrleansTasks.Outbox.Relay;

/// <summary>Opens the connections of a relay.</summary>
/// <param name="open">Returns a connection, which may be closed, and its owner, which is disposed after it.</param>
/// <param name="services">The services of the host.</param>
internal sealed class RelayConnections(Func<IServiceProvider, (DbConnection Connection, IAsyncDisposable? Owner)> open,
    IServiceProvider services)
{
    /// <summary>Returns an open connection.</summary>
    public async Task<Opened> OpenAsync(CancellationToken ct)
    {
        var (connection, owner) = open(services);
        var opened = new Opened(connection, owner);
        try
        {
            if (connection.State == System.Data.ConnectionState.Closed)
            {
                await connection.OpenAsync(ct).ConfigureAwait(false);
            }

            return opened;
        }
        catch (Exception)
        {
            await opened.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Contains an open connection and its owner.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="owner">What has created it, and disposes it; null if nothing does.</param>
    internal sealed class Opened(DbConnection connection, IAsyncDisposable? owner) : IAsyncDisposable
    {
        public DbConnection Connection => connection;

        public async ValueTask DisposeAsync()
        {
            if (owner is null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
                return;
            }

            // The owner may use the connection again, for example if it returns to a pool.
            await connection.CloseAsync().ConfigureAwait(false);
            await owner.DisposeAsync().ConfigureAwait(false);
        }
    }
}
