using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Parsers;

namespace OrleansTasks.Benchmarks.Micro;

/// <summary>What stays alive in this process: how many objects of each type, and their bytes. The runtime tells it after a full collection.</summary>
internal sealed class HeapCensus
{
    private const int ManyTypes = 20_000;

    // Those of the first census stay: they are in each of the later ones.
    private static readonly Dictionary<ulong, string> Names = [];

    // As large from the beginning as it gets: what is made before a census is in it, and a census is to count no other.
    private readonly Dictionary<ulong, (long Objects, long Bytes)> _types = new(ManyTypes);

    public long Objects { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Collects what is not referred to any more, and counts the rest. All that are compared are to be made before the first of them is taken.</summary>
    public HeapCensus Take()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        var client = new DiagnosticsClient(Environment.ProcessId);
        var provider = new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Verbose, (long)ClrTraceEventParser.Keywords.GCHeapSnapshot);
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

        // The session begins with a collection that tells what it finds; the end of that is the end of what is asked.
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

    /// <summary>The types of which there are more now than in an earlier census, those with the most bytes first.</summary>
    public IEnumerable<(string Type, long Objects, long Bytes)> Since(HeapCensus earlier) =>
        _types.Select(t => (Names.GetValueOrDefault(t.Key, $"type {t.Key:x}"), Objects: t.Value.Objects - earlier._types.GetValueOrDefault(t.Key).Objects, Bytes: t.Value.Bytes - earlier._types.GetValueOrDefault(t.Key).Bytes))
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
