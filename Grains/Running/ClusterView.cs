using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrleansTasks.Handlers;
using OrleansTasks.Values;

namespace OrleansTasks.Running;

/// <summary>Which silos are alive and which handlers each of them has; tells those who ask when that changes.</summary>
internal sealed partial class ClusterView(
    IClusterManifestProvider manifests, IClusterMembershipService membership, ILocalSiloDetails local, DrainedSilos drained, ILogger<ClusterView> log) : IClusterView
{
    private readonly Lock _gate = new();
    private readonly Lock _reading = new();
    private readonly SharedRounds _rounds = new(() => ReadListAsync(membership));
    private ImmutableArray<Action> _listeners = [];
    private volatile Snapshot? _current;

    public SiloAddress Local => local.SiloAddress;

    private Snapshot Current => _current ?? Refresh();

    /// <summary>The silos that are alive and have a handler.</summary>
    public ImmutableArray<SiloAddress> SilosWith(string handler) => Current.Handlers.TryGetValue(handler, out var silos) ? silos : [];

    public ImmutableArray<SiloAddress> TakersOf(string handler) => Current.Takers.TryGetValue(handler, out var silos) ? silos : [];

    public ImmutableHashSet<SiloAddress> Alive => Current.Alive;

    public ImmutableHashSet<SiloAddress> Drained => drained.All;

    /// <summary>Whether a silo takes part in the cluster, as far as this one knows.</summary>
    public bool IsActive(SiloAddress silo) => membership.CurrentSnapshot.GetSiloStatus(silo) is SiloStatus.Active;

    /// <summary>Whether a silo was declared dead, or left.</summary>
    public bool IsGone(SiloAddress silo) => membership.CurrentSnapshot.GetSiloStatus(silo) is SiloStatus.Dead;

    public long Version => membership.CurrentSnapshot.Version.Value;

    /// <summary>Whether this silo no longer takes part in the cluster, so that grains are activated elsewhere.</summary>
    public bool IsLeaving => membership.CurrentSnapshot.GetSiloStatus(Local) is SiloStatus.ShuttingDown or SiloStatus.Stopping or SiloStatus.Dead;

    /// <summary>Whether there are silos besides this one.</summary>
    public bool HasOthers => membership.CurrentSnapshot.Members.Values.Any(m => m.Status == SiloStatus.Active && !m.SiloAddress.Equals(Local));

    /// <summary>Waits until it is known here that this silo leaves.</summary>
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

    /// <summary>Reads the list of silos, once for all who ask at about the same time.</summary>
    public async Task RefreshAsync()
    {
        await _rounds.RunAsync();
        Refresh();
    }

    /// <summary>Has a callback called, on some thread, after each change.</summary>
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
        // The first one may be one of Orleans' own that was under way, and began before somebody asked here.
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
            // The silo stops.
            return;
        }

        LogEnded(log, typeof(T).Name);
    }

    private void Tell()
    {
        Refresh();
        foreach (var listener in _listeners)
        {
            // One that fails is no reason to tell nobody any more.
            Containment.Run(listener, static tell => tell(), log);
        }
    }

    /// <summary>Reads what there is. One reader at a time, or an older view could replace a newer one for good.</summary>
    private Snapshot Refresh()
    {
        lock (_reading)
        {
            return _current = Read();
        }
    }

    private Snapshot Read()
    {
        var alive = membership.CurrentSnapshot.Members.Values.Where(m => m.Status == SiloStatus.Active).Select(m => m.SiloAddress).ToImmutableHashSet();
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
        var takers = idle.IsEmpty ? handlers : handlers.ToDictionary(h => h.Key, h => h.Value.RemoveAll(idle.Contains), StringComparer.Ordinal);
        return new Snapshot(alive.Add(local.SiloAddress), handlers.ToImmutableDictionary(StringComparer.Ordinal), takers.ToImmutableDictionary(StringComparer.Ordinal));
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
