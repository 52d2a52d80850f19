using System.Collections.Concurrent;

namespace OrleansTasks.Handlers;

/// <summary>Finds the parameters of handlers of this silo and of others, if the silos announce them.</summary>
internal sealed class HandlerShapes(HandlerCatalog handlers, IClusterManifestProvider manifests)
{
    private readonly ConcurrentDictionary<string, HandlerInfo> _here = new(StringComparer.Ordinal);
    private volatile Others? _others;

    /// <summary>Returns the handler's parameters, or null if no known silo has it.</summary>
    public HandlerInfo? Find(string handler) => handlers.TryGet(handler, out var invoker)
        ? _here.GetOrAdd(handler, static (name, known) => HandlerDescriptions.Of(name, known), invoker)
        : Current().GetValueOrDefault(handler);

    private Dictionary<string, HandlerInfo> Current()
    {
        var manifest = manifests.Current;
        if (_others is { } known && known.Version == manifest.Version)
        {
            return known.Handlers;
        }

        var all = new Dictionary<string, HandlerInfo>(StringComparer.Ordinal);
        foreach (var handler in manifest.Silos.Values.SelectMany(HandlerAnnouncement.ReadParameters))
        {
            all.TryAdd(handler.Name, handler);
        }

        _others = new Others(manifest.Version, all);
        return all;
    }

    private sealed record Others(Orleans.Metadata.MajorMinorVersion Version, Dictionary<string, HandlerInfo> Handlers);
}
