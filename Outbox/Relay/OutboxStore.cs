using System.Data.Common;
using OrleansTasks.Outbox.Rows;

namespace OrleansTasks.Outbox.Relay;

/// <summary>Reads and changes the rows of an outbox for the relay, over one connection.</summary>
/// <param name="connection">The open connection.</param>
/// <param name="sql">The statements.</param>
/// <param name="options">The settings.</param>
internal sealed class OutboxStore(DbConnection connection, OutboxSql sql, OutboxOptions options)
{
    private const int MaxOwnerLength = 200;

    /// <summary>Takes or extends the lease.</summary>
    /// <returns>Whether this relay is the active one.</returns>
    public async Task<bool> TakeLeaseAsync(string owner, CancellationToken ct)
    {
        owner = owner.Length > MaxOwnerLength ? owner[..MaxOwnerLength] : owner;
        return await TakeAsync().ConfigureAwait(false)
            || (await AddAsync().ConfigureAwait(false) && await TakeAsync().ConfigureAwait(false));

        async Task<bool> TakeAsync() => await connection.ExecuteAsync(
            null, sql.TakeLease, ct, ("owner", owner), ("span", (long)options.LeaseDuration.TotalMilliseconds)).ConfigureAwait(false) > 0;

        async Task<bool> AddAsync() => await connection.ExecuteAsync(null, sql.AddLease, ct).ConfigureAwait(false) > 0;
    }

    /// <summary>Gives the lease up.</summary>
    public Task LeaveLeaseAsync(string owner, CancellationToken ct) => connection.ExecuteAsync(null, sql.LeaveLease, ct, ("owner", owner));

    /// <summary>Returns the next rows, in order.</summary>
    public async Task<List<OutboxRow>> NextAsync(DateTimeOffset now, CancellationToken ct) => await connection.ReadAsync(
        sql.Next(options.Refused == RefusedRows.Block),
        static r => new OutboxRow(
            r.GetString(1), r.GetString(2), r.Text(3), r.Text(4), r.Text(5), r.Text(6), r.GetInt64(7))
        {
            Seq = r.GetInt64(0),
            Attempts = r.GetInt32(8),
        },
        ct, ("now", now.ToUnixTimeMilliseconds()), ("limit", options.BatchSize)).ConfigureAwait(false);

    /// <summary>Stores that rows are handed over, before they are. A relay that finds them later knows that it repeats them.</summary>
    public Task ClaimAsync(IReadOnlyList<OutboxRow> rows, CancellationToken ct) =>
        connection.ExecuteAsync(null, sql.Claim(rows.Select(static r => r.Seq)), ct);

    /// <summary>Stores what became of rows, in one transaction.</summary>
    public async Task SettleAsync(IReadOnlyList<(OutboxRow Row, RelayVerdict Verdict)> verdicts, DateTimeOffset now, CancellationToken ct)
    {
        if (verdicts.All(static v => v.Verdict.Kind == RelayVerdictKind.Outage))
        {
            return;
        }

        var transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            var accepted = verdicts.Where(static v => v.Verdict.Kind == RelayVerdictKind.Accept).Select(static v => v.Row.Seq).ToList();
            if (accepted.Count > 0)
            {
                await connection.ExecuteAsync(transaction, sql.Delete(accepted), ct).ConfigureAwait(false);
            }

            foreach (var (row, verdict) in verdicts)
            {
                await SettleAsync(transaction, row, verdict, now, ct).ConfigureAwait(false);
            }

            await transaction.CommitAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>Returns how many rows wait, when the oldest was added, and how many were refused.</summary>
    public async Task<OutboxCounts> CountAsync(CancellationToken ct)
    {
        var waiting = await connection.ReadAsync(
            sql.Counts, static r => (Count: r.GetInt64(0), Oldest: r.IsDBNull(1) ? (long?)null : r.GetInt64(1)), ct).ConfigureAwait(false);
        var refused = await connection.ReadAsync(sql.RefusedCount, static r => r.GetInt64(0), ct).ConfigureAwait(false);
        return new OutboxCounts(
            waiting[0].Count, waiting[0].Oldest is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null, refused[0]);
    }

    /// <summary>Deletes records of runs from before an instant.</summary>
    /// <returns>Their number.</returns>
    public Task<int> CleanInboxAsync(DateTimeOffset before, CancellationToken ct) =>
        connection.ExecuteAsync(null, sql.CleanInbox, ct, ("before", before.ToUnixTimeMilliseconds()));

    private Task SettleAsync(DbTransaction transaction, OutboxRow row, RelayVerdict verdict, DateTimeOffset now, CancellationToken ct) =>
        verdict.Kind switch
        {
            RelayVerdictKind.Refuse => connection.ExecuteAsync(
                transaction, sql.Refuse, ct, ("seq", row.Seq), ("now", now.ToUnixTimeMilliseconds()), ("reason", verdict.Reason)),
            RelayVerdictKind.Postpone => connection.ExecuteAsync(
                transaction, sql.Postpone, ct, ("seq", row.Seq), ("next", (now + verdict.Pause).ToUnixTimeMilliseconds()),
                ("reason", verdict.Reason)),
            _ => Task.CompletedTask,
        };
}
