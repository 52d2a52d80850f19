using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Parsers;

namespace OrleansTasks.Benchmarks.Micro;

/// <summary>Counts the live objects of this process and their bytes, by type. The runtime reports them after a full collection.</summary>
internal sealed class HeapCensus
{
    private const int ManyTypes = 20_000;

    // Shared by all censuses, because the names of the first one exist in each of the later ones.
    private static readonly Dictionary<ulong, string> Names = [];

    // Allocate the full capacity now, because growth during a census would change what later censuses count.
    private readonly Dictionary<ulong, (long Objects, long Bytes)> _types = new(ManyTypes);

    public long Objects { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Collects garbage, and counts the live objects. Create all censuses to be compared before you take the first one.</summary>
    public HeapCensus Take()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        var client = new DiagnosticsClient(Environment.ProcessId);
        var provider = new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Verbose,
            (long)ClrTraceEventParser.Keywords.GCHeapSnapshot);
        using var session = client.StartEventPipeSession(provider, requestRundown: false, circularBufferMB: 1024);
        using var source = new EventPipeEventSource(session.EventStream);
        source.Clr.TypeBulkType += static data =>
        {
            for (var n = 0; n < data.Count; n++)
            {
                var type = data.Values(n);
                if (!Names.ContainsKey(type.TypeID))
                {
                    Names.Add(type.TypeID, type.TypeName);
                }
            }
        };
        source.Clr.GCBulkNode += data =>
        {
            for (var n = 0; n < data.Count; n++)
            {
                Add(data.Values(n).TypeID, (long)data.Values(n).Size);
            }
        };

        // The session starts with a collection that reports the live objects. When that collection ends, the census is complete.
        var ended = 0;
        source.Clr.GCStop += _ =>
        {
            if (Interlocked.Exchange(ref ended, 1) == 0)
            {
                Task.Run(session.Stop);
            }
        };
        source.Process();
        return this;
    }

    /// <summary>Returns the types with more objects than in an earlier census, most bytes first.</summary>
    public IEnumerable<(string Type, long Objects, long Bytes)> Since(HeapCensus earlier) =>
        _types.Select(
            t => (Names.GetValueOrDefault(t.Key, $"type {t.Key:x}"),
                Objects: t.Value.Objects - earlier._types.GetValueOrDefault(t.Key).Objects,
                Bytes: t.Value.Bytes - earlier._types.GetValueOrDefault(t.Key).Bytes))
            .Where(static t => t.Objects > 0)
            .OrderByDescending(static t => t.Bytes);

    private void Add(ulong type, long bytes)
    {
        var (objects, sum) = _types.GetValueOrDefault(type);
        _types[type] = (objects + 1, sum + bytes);
        Objects++;
        Bytes += bytes;
    }
}
