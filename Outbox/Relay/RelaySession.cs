using OrleansTasks.Outbox.Rows;

namespace OrleansTasks.Outbox.Relay;

/// <summary>Hands rows over while this relay has the lease. An error of the database ends the session.</summary>
/// <param name="owner">The name of this relay.</param>
/// <param name="store">The rows.</param>
/// <param name="delivery">Hands rows over.</param>
/// <param name="signal">Wakes it.</param>
/// <param name="status">What it reports.</param>
/// <param name="metrics">The instruments.</param>
/// <param name="log">The messages.</param>
internal sealed class RelaySession(string owner, OutboxStore store, RowDelivery delivery, RowSignal signal, RelayStatus status,
    RelayMetrics metrics, RelayLog log)
{
    private static readonly TimeSpan CountPeriod = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CleanPeriod = TimeSpan.FromHours(1);
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(5);
    private readonly OutboxOptions _options = status.Options;
    private readonly TimeProvider _time = status.Time;
    private readonly PollPace _pace = new(status.Options);
    private long _renewed;
    private long? _counted;
    private long? _cleaned;
    private DateTimeOffset? _due;
    private int _outages;

    /// <summary>Hands rows over until another relay has the lease, or the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        _renewed = _time.GetTimestamp();
        while (await KeepLeaseAsync(ct).ConfigureAwait(false))
        {
            var (found, pause) = await HandOverAsync(ct).ConfigureAwait(false);
            await KeepHouseAsync(ct).ConfigureAwait(false);
            if (pause is { } outage)
            {
                await Task.Delay(Shorter(outage, RenewPeriod), _time, ct).ConfigureAwait(false);
            }
            else if (found < _options.BatchSize)
            {
                // A full batch may have left rows behind it.
                var wait = _pace.After(signal.IsListening, found > 0, _due - _time.GetUtcNow());
                await signal.WaitAsync(Shorter(wait, RenewPeriod), _time, ct).ConfigureAwait(false);
            }
        }
    }

    private TimeSpan RenewPeriod => _options.LeaseDuration / 3;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private async Task<bool> KeepLeaseAsync(CancellationToken ct)
    {
        if (_time.GetElapsedTime(_renewed) < RenewPeriod)
        {
            return true;
        }

        var begun = _time.GetTimestamp();
        if (!await store.TakeLeaseAsync(owner, ct).ConfigureAwait(false))
        {
            return false;
        }

        _renewed = begun;
        return true;
    }

    /// <summary>Hands a batch over.</summary>
    /// <returns>The number of rows in it, and how long to pause, if the cluster accepts nothing.</returns>
    private async Task<(int Found, TimeSpan? Pause)> HandOverAsync(CancellationToken ct)
    {
        var rows = await store.NextAsync(_time.GetUtcNow(), ct).ConfigureAwait(false);
        if (rows.Count == 0)
        {
            return (0, null);
        }

        await store.ClaimAsync(rows, ct).ConfigureAwait(false);
        var verdicts = await delivery.DeliverAsync(rows, ct).ConfigureAwait(false);
        await SettleAsync(verdicts).ConfigureAwait(false);
        ct.ThrowIfCancellationRequested();
        return (rows.Count, PauseAfter(verdicts));
    }

    /// <summary>Stores what became of rows, also if the host stops: they need not be handed over again.</summary>
    private async Task SettleAsync(IReadOnlyList<(OutboxRow Row, RelayVerdict Verdict)> verdicts)
    {
        var now = _time.GetUtcNow();
        using var limit = new CancellationTokenSource(SettleLimit, _time);
        await store.SettleAsync(verdicts, now, limit.Token).ConfigureAwait(false);
        metrics.Count(status.Name, verdicts, now);
        foreach (var (row, verdict) in verdicts)
        {
            if (verdict.Kind == RelayVerdictKind.Refuse)
            {
                log.Refused(status.Name, row.Run, verdict.Reason!);
            }
            else if (verdict.Kind == RelayVerdictKind.Postpone)
            {
                log.Postponed(status.Name, row.Run, verdict.Pause, verdict.Reason!);
            }
        }

        var postponed = verdicts.Where(static v => v.Verdict.Kind == RelayVerdictKind.Postpone).Select(v => now + v.Verdict.Pause).ToList();
        var later = _due > now ? _due : null;
        _due = postponed.Count > 0 && (later is null || postponed.Min() < later) ? postponed.Min() : later;
    }

    private TimeSpan? PauseAfter(IReadOnlyList<(OutboxRow Row, RelayVerdict Verdict)> verdicts)
    {
        var outage = verdicts.Where(static v => v.Verdict.Kind == RelayVerdictKind.Outage).Select(static v => v.Verdict.Reason)
            .FirstOrDefault();
        if (outage is null)
        {
            _outages = 0;
            status.Set(RelayState.Active);
            return null;
        }

        var pause = RelayVerdict.PauseAfter(_outages, _options);
        if (_outages++ == 0)
        {
            log.Failed(status.Name, pause, outage);
        }

        status.Set(RelayState.Failing, outage);
        return pause;
    }

    private async Task KeepHouseAsync(CancellationToken ct)
    {
        if (_counted is not { } counted || _time.GetElapsedTime(counted) >= CountPeriod)
        {
            _counted = _time.GetTimestamp();
            status.Set(await store.CountAsync(ct).ConfigureAwait(false));
        }

        if (_options.InboxRetention is { } kept && (_cleaned is not { } cleaned || _time.GetElapsedTime(cleaned) >= CleanPeriod))
        {
            _cleaned = _time.GetTimestamp();
            if (await store.CleanInboxAsync(_time.GetUtcNow() - kept, ct).ConfigureAwait(false) is > 0 and var deleted)
            {
                log.Cleaned(status.Name, deleted, kept);
            }
        }
    }
}
