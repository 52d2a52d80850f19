using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Stores in memory the spans that OpenTelemetry exports: those of tasks, and the test's own.</summary>
internal sealed class SpanExport : ICollection<Activity>, IDisposable
{
    /// <summary>The source of the test's own spans, which stand for the requests of a web server.</summary>
    public static readonly ActivitySource Web = new("OrleansTasks.Tests.Web");
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly Happenings _happenings = new();
    private readonly TracerProvider _provider;

    public SpanExport()
    {
        _provider = Sdk.CreateTracerProviderBuilder().AddSource(TasksTelemetry.SourceName, Web.Name).SetSampler(new AlwaysOnSampler())
            .AddInMemoryExporter(this).Build();
    }

    public int Count => _spans.Count;

    public bool IsReadOnly => false;

    /// <summary>
    /// Waits for spans with a name. Spans of other tests that run at the same time arrive here too. Therefore the tasks of a test need
    /// names that no other test uses, for example "traced ...".
    /// </summary>
    public async Task<IReadOnlyList<Activity>> EndedAsync(string name, int count)
    {
        await _happenings.UntilAsync(() => Of(name).Count >= count, $"{count} spans '{name}'");
        return Of(name);
    }

    public async Task<Activity> EndedAsync(string name) => Assert.Single(await EndedAsync(name, 1));

    public IReadOnlyList<Activity> Of(string name) => [.. _spans.Where(s => s.DisplayName == name)];

    public void Add(Activity item)
    {
        _spans.Enqueue(item);
        _happenings.Note();
    }

    public void Clear() => _spans.Clear();

    public bool Contains(Activity item) => _spans.Contains(item);

    public void CopyTo(Activity[] array, int arrayIndex) => _spans.CopyTo(array, arrayIndex);

    public bool Remove(Activity item) => throw new NotSupportedException();

    public IEnumerator<Activity> GetEnumerator() => _spans.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose() => _provider.Dispose();
}
