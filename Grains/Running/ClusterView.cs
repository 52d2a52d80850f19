using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrleansTasks.Handlers;
using OrleansTasks.Values;

namespace OrleansTasks.Running;

/// <summary>Keeps which silos are alive and which handlers each of them has, and notifies its listeners when that changes.</summary>
internal sealed partial class ClusterView(
    IClusterManifestProvider manifests, IClusterMembershipService membership, ILocalSiloDetails local, DrainedSilos drained,
    ILogger<ClusterView> log) : IClusterView
{
    private readonly Lock _gate = new();
    private readonly Lock _reading = new();
    private readonly SharedRounds _rounds = new(() => ReadListAsync(membership));
    private ImmutableArray<Action> _listeners = [];
    private volatile Snapshot? _current;

    public SiloAddress Local => local.SiloAddress;

    private Snapshot Current => _current ?? Refresh();

    /// <summary>Returns the silos that are alive and have a handler.</summary>
    public ImmutableArray<SiloAddress> SilosWith(string handler) => Current.Handlers.TryGetValue(handler, out var silos) ? silos : [];

    public ImmutableArray<SiloAddress> TakersOf(string handler) => Current.Takers.TryGetValue(handler, out var silos) ? silos : [];

    public ImmutableHashSet<SiloAddress> Alive => Current.Alive;

    public ImmutableHashSet<SiloAddress> Drained => drained.All;

    /// <summary>Decides whether a silo is active in the cluster, as far as this silo knows.</summary>
    public bool IsActive(SiloAddress silo) => membership.CurrentSnapshot.GetSiloStatus(silo) is SiloStatus.Active;

    /// <summary>Decides whether a silo was declared dead, or left.</summary>
    public bool IsGone(SiloAddress silo) => membership.CurrentSnapshot.GetSiloStatus(silo) is SiloStatus.Dead;

    public long Version => membership.CurrentSnapshot.Version.Value;

    /// <summary>Gets whether this silo is leaving the cluster, so that grains are activated elsewhere.</summary>
    public bool IsLeaving =>
        membership.CurrentSnapshot.GetSiloStatus(Local) is SiloStatus.ShuttingDown or SiloStatus.Stopping or SiloStatus.Dead;

    /// <summary>Gets whether there are active silos besides this one.</summary>
    public bool HasOthers =>
        membership.CurrentSnapshot.Members.Values.Any(m => m.Status == SiloStatus.Active && !m.SiloAddress.Equals(Local));

    /// <summary>Waits until this silo knows that it is leaving.</summary>
    public async Task UntilLeavingAsync(CancellationToken ct)
    {
        await foreach (var _ in membership.MembershipUpdates.WithCancellation(ct))
        {
            if (IsLeaving)
            {
                return;
            }
        }
    }

    public IEnumerable<string> Handlers => Current.Handlers.Keys.Where(static n => !SystemTasks.Has(n));

    /// <summary>Reads the list of silos, once for all callers that ask at about the same time.</summary>
    public async Task RefreshAsync()
    {
        await _rounds.RunAsync();
        Refresh();
    }

    /// <summary>Registers a callback that is called, on any thread, after each change.</summary>
    public IDisposable Listen(Action onChange)
    {
        lock (_gate)
        {
            _listeners = _listeners.Add(onChange);
        }

        return new Listener(this, onChange);
    }

    public async Task RunAsync(CancellationToken ct)
    {
        drained.Changed += Tell;
        try
        {
            await Task.WhenAll(FollowAsync(manifests.Updates, ct), FollowAsync(membership.MembershipUpdates, ct));
        }
        finally
        {
            drained.Changed -= Tell;
        }
    }

    private static async Task ReadListAsync(IClusterMembershipService membership)
    {
        // The first refresh may join one of Orleans' own that started before the caller asked here.
        await membership.Refresh();
        await membership.Refresh();
    }

    private async Task FollowAsync<T>(IAsyncEnumerable<T> updates, CancellationToken ct)
    {
        try
        {
            await foreach (var _ in updates.WithCancellation(ct))
            {
                drained.Forget(IsGone);
                Tell();
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The silo is stopping.
            return;
        }

        LogEnded(log, typeof(T).Name);
    }

    private void Tell()
    {
        Refresh();
        foreach (var listener in _listeners)
        {
            // A listener that fails must not prevent the others from being notified.
            Containment.Run(listener, static tell => tell(), log);
        }
    }

    /// <summary>Reads the current state. One reader at a time: otherwise an older view could permanently replace a newer one.</summary>
    private Snapshot Refresh()
    {
        lock (_reading)
        {
            return _current = Read();
        }
    }

    private Snapshot Read()
    {
        var alive = membership.CurrentSnapshot.Members.Values.Where(m => m.Status == SiloStatus.Active).Select(m => m.SiloAddress)
            .ToImmutableHashSet();
        var handlers = new Dictionary<string, ImmutableArray<SiloAddress>>(StringComparer.Ordinal);
        foreach (var (silo, manifest) in manifests.Current.Silos)
        {
            if (!alive.Contains(silo) && !silo.Equals(local.SiloAddress))
            {
                continue;
            }

            foreach (var handler in HandlerAnnouncement.Read(manifest))
            {
                handlers[handler] = (handlers.TryGetValue(handler, out var others) ? others : []).Add(silo);
            }
        }

        var idle = drained.All;
        var takers = idle.IsEmpty
            ? handlers
            : handlers.ToDictionary(h => h.Key, h => h.Value.RemoveAll(idle.Contains), StringComparer.Ordinal);
        return new Snapshot(alive.Add(local.SiloAddress), handlers.ToImmutableDictionary(StringComparer.Ordinal),
            takers.ToImmutableDictionary(StringComparer.Ordinal));
    }

    [LoggerMessage(121, LogLevel.Debug, "Updates of {What} have ended.")]
    private static partial void LogEnded(ILogger logger, string what);

    private sealed record Snapshot(
        ImmutableHashSet<SiloAddress> Alive,
        ImmutableDictionary<string, ImmutableArray<SiloAddress>> Handlers,
        ImmutableDictionary<string, ImmutableArray<SiloAddress>> Takers);

    private sealed class Listener(ClusterView view, Action onChange) : IDisposable
    {
        public void Dispose()
        {
            lock (view._gate)
            {
                view._listeners = view._listeners.Remove(onChange);
            }
        }
    }
}
