using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Npgsql;
using OrleansTasks.Client;
using OrleansTasks.Errors;
using OrleansTasks.Outbox.Rows;

namespace OrleansTasks.Outbox.Relay;

/// <summary>
/// Hands the dispatches of an outbox over to the cluster, as long as its host runs. One relay of all processes is active; the others wait
/// for its lease. Any error ends the session, and the next one begins after a pause.
/// </summary>
/// <param name="connections">Opens connections.</param>
/// <param name="runs">Dispatches runs.</param>
/// <param name="tables">Finds the tables of a connection.</param>
/// <param name="status">What it reports.</param>
/// <param name="metrics">The instruments.</param>
/// <param name="log">The messages.</param>
internal sealed class OutboxRelay(RelayConnections connections, Func<IGivenRuns> runs, Func<OutboxTables> tables, RelayStatus status,
    RelayMetrics metrics, RelayLog log) : BackgroundService
{
    private static readonly TimeSpan LeaveLimit = TimeSpan.FromSeconds(3);
    private readonly string _owner = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";
    private readonly OutboxOptions _options = status.Options;
    private readonly TimeProvider _time = status.Time;
    private bool _isCreated;
    private bool _isUnannounced;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host's start does not wait for the database.
        await Task.Yield();
        metrics.Add(status);
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            TimeSpan pause;
            try
            {
                if (await RunSessionAsync(stoppingToken).ConfigureAwait(false))
                {
                    failures = 0;
                }

                pause = _options.LeaseDuration / 3;
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                // Whatever it is, the relay must go on.
                pause = RelayVerdict.PauseAfter(failures++, _options);
                var reason = OutboxRows.ReasonOf(ExceptionText.NameOf(e), ExceptionText.MessageOf(e));
                status.Set(RelayState.Failing, reason);
                log.Failed(status.Name, pause, reason);
            }

            await Task.Delay(pause, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        status.Set(RelayState.Stopped);
    }

    /// <summary>Hands rows over if this relay gets the lease.</summary>
    /// <returns>Whether it reached the database.</returns>
    private async Task<bool> RunSessionAsync(CancellationToken ct)
    {
        var opened = await connections.OpenAsync(ct).ConfigureAwait(false);
        await using (opened.ConfigureAwait(false))
        {
            var outbox = new TaskOutbox(tables(), _time);
            var sql = outbox.SqlFor(opened.Connection);
            if (_options.CreateTables && !_isCreated)
            {
                await outbox.CreateTablesAsync(opened.Connection, _options.Notify, ct).ConfigureAwait(false);
                _isCreated = true;
            }

            var store = new OutboxStore(opened.Connection, sql, _options);
            if (!await store.TakeLeaseAsync(_owner, ct).ConfigureAwait(false))
            {
                if (status.Report.State != RelayState.Standby)
                {
                    log.Standby(status.Name);
                }

                status.Set(RelayState.Standby);
                return true;
            }

            status.Set(RelayState.Active);
            log.Active(status.Name);
            try
            {
                await RunActiveAsync(opened.Connection, sql, store, ct).ConfigureAwait(false);
                return true;
            }
            finally
            {
                await LeaveAsync(store).ConfigureAwait(false);
            }
        }
    }

    private async Task RunActiveAsync(DbConnection connection, OutboxSql sql, OutboxStore store, CancellationToken ct)
    {
        var signal = new RowSignal();
        await using (signal.ConfigureAwait(false))
        {
            if (sql.Database == OutboxDatabase.PostgreSql && _options.Notify
                && await AnnounceAsync(connection, sql, ct).ConfigureAwait(false))
            {
                await signal.ListenAsync(await connections.OpenAsync(ct).ConfigureAwait(false), ct).ConfigureAwait(false);
            }

            var delivery = new RowDelivery(runs(), _options, _time);
            await new RelaySession(_owner, store, delivery, signal, status, metrics, log).RunAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>Makes PostgreSQL announce rows.</summary>
    /// <returns>Whether it does.</returns>
    private async Task<bool> AnnounceAsync(DbConnection connection, OutboxSql sql, CancellationToken ct)
    {
        try
        {
            var known = await connection.ReadAsync(OutboxSchemas.FindNotify(sql), static r => r.GetInt64(0), ct).ConfigureAwait(false);
            if (known[0] == 0)
            {
                await connection.ExecuteAsync(null, OutboxSchemas.Notify(sql), ct).ConfigureAwait(false);
            }

            return true;
        }
        catch (PostgresException e)
        {
            if (!_isUnannounced)
            {
                _isUnannounced = true;
                log.Unannounced(status.Name, e.MessageText);
            }

            return false;
        }
    }

    /// <summary>Lets another relay go on at once.</summary>
    private async Task LeaveAsync(OutboxStore store)
    {
        try
        {
            using var limit = new CancellationTokenSource(LeaveLimit, _time);
            await store.LeaveLeaseAsync(_owner, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DbException or OperationCanceledException or InvalidOperationException)
        {
            // The connection is lost, and the lease ends by itself.
            return;
        }
    }
}
