using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests that <c>docs/telemetry.md</c> documents exactly what is emitted.</summary>
[Long]
public sealed partial class TelemetryContractTests : IDisposable
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Root(), "docs", "telemetry.md"));
    private readonly ConcurrentDictionary<string, Instrument> _instruments = new();
    private readonly ConcurrentQueue<(string Instrument, double Value, string Tags, string Said)> _measured = new();
    private readonly Happenings _happenings = new();
    private readonly MeterListener _listener = new();
    private readonly SpanExport _spans = new();
    private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _listener.Dispose();
        _spans.Dispose();
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Telemetry_OfEveryOperation_MatchesTheDocumentation()
    {
        Listen();
        var storage = new SharedStorage();
        await using var cluster = await TestCluster.StartAsync(
            1,
            (tasks, _) => tasks
                .Define("plain", () => 1)
                .Define("contract-late", static int () => throw new InvalidOperationException("always"))
                .Schedule("contract-held", TaskSchedule.Every(TimeSpan.FromSeconds(1), TestCluster.Start), () => _letGo.Task)
                .Schedule("contract-daily", TaskSchedule.Every(TimeSpan.FromHours(1), TestCluster.Start), () => 1),
            options: static o => o.MaxTaggedTasks = 4,
            storage: storage);

        // This produces each outcome that needs little time, a second attempt, a refusal, a skipped occurrence, and some missed ones.
        await cluster.Client.RunAsync("plain", ct: Stop);
        await cluster.Client.DispatchAsync("contract-late",
            options: new DispatchOptions { Retry = new RetryPolicy { MaxAttempts = 2, Delay = TimeSpan.Zero } }, ct: Stop);
        await Assert.ThrowsAsync<TaskNotFoundException>(() => cluster.Client.DispatchAsync("contract-missing", ct: Stop));
        await cluster.Client.DispatchBatchAsync([new BatchItem("plain")], null, Stop);
        await cluster.Client.ScheduleAsync(new TaskRegistration { Name = "contract-new", Handler = "plain" }, Stop);
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync("orleanstasks.run.lateness");
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync("orleanstasks.occurrences.skipped");
        cluster.Clock.Advance(TimeSpan.FromHours(3));
        await UntilAsync("orleanstasks.occurrences.missed");
        _letGo.SetResult();
        await UntilAsync("orleanstasks.run.retries");
        await UntilAsync("orleanstasks.requests.refused");
        await UntilAsync("orleanstasks.storage.writes");
        await UntilAsync("orleanstasks.claims");
        await _spans.EndedAsync("run contract-late");
        await _spans.EndedAsync("run contract-held", 1);
        await UntilAsync("orleanstasks.run.duration");
        _listener.RecordObservableInstruments();

        var documented = Instruments();
        Assert.Equal(documented.Select(static d => (d.Name, d.Kind, d.Unit)).Order(),
            _instruments.Values.Select(static i => (i.Name, Kind: KindOf(i), i.Unit ?? "")).Distinct().Order());
        foreach (var (name, tags) in _measured.Select(static m => (m.Instrument, m.Tags)).Distinct())
        {
            Assert.Equal($"{name}: {documented.Single(d => d.Name == name).Tags}", $"{name}: {tags}");
        }

        Assert.Equal(documented.Select(static d => d.Name).Order(), _measured.Select(static m => m.Instrument).Distinct().Order());
        CheckSpans();
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Tasks_BeyondTheLimit_CountAsOther()
    {
        Listen();
        await using var cluster = await TestCluster.StartAsync(1,
            static (tasks, _) => tasks.Define("limit-a", () => 1).Define("limit-b", () => 1), options: static o => o.MaxTaggedTasks = 1);
        await cluster.Client.RunAsync("limit-a", ct: Stop);
        await cluster.Client.RunAsync("limit-b", ct: Stop);
        // Measurements of other tests that run at the same time arrive here too, but none of those tests has such a low limit.
        await _happenings.UntilAsync(
            () => _measured.Any(static m => m is { Instrument: "orleanstasks.runs", Said: "limit-a succeeded request" })
            && _measured.Any(static m => m is { Instrument: "orleanstasks.runs", Said: "other succeeded request" }));
        Assert.DoesNotContain(_measured, static m => m.Said.Contains("limit-b", StringComparison.Ordinal));
    }

    /// <summary>The dashboard and the alert rules refer only to what is emitted.</summary>
    [Theory]
    [InlineData("dashboard.json")]
    [InlineData("alerts.yml")]
    public void Monitoring_Files_UseDocumentedMetricsOnly(string file)
    {
        var text = File.ReadAllText(Path.Combine(Root(), "docs", "monitoring", file));
        var instruments = Instruments().SelectMany(static i => NamesOf(i.Name, i.Kind, i.Unit)).ToHashSet();
        var tags = Instruments().SelectMany(static i => i.Tags.Split(' ')).Where(static t => t.Length > 0)
            .Select(static t => t.Replace('.', '_')).ToHashSet();
        var asked = PrometheusName().Matches(text).Select(static m => m.Value).Where(static n => !n.EndsWith('_')).Distinct().ToList();
        Assert.NotEmpty(asked);
        Assert.DoesNotContain(asked, n => !instruments.Contains(n) && !tags.Contains(n));

        static IEnumerable<string> NamesOf(string name, string kind, string unit)
        {
            var plain = name.Replace('.', '_') + (unit == "s" ? "_seconds" : "");
            return kind == "counter" ? [plain + "_total"] : kind == "histogram" ? [plain + "_bucket", plain + "_sum", plain + "_count"]
                : [plain];
        }
    }

    private void CheckSpans()
    {
        var documented = Rows("### Attributes").SelectMany(
            static row => Code().Matches(row[0]).Select(m => (Name: m.Groups[1].Value, On: row[1]))).ToList();
        foreach (var span in _spans.Where(static s => s.Source.Name == TasksTelemetry.SourceName))
        {
            var kind = span.DisplayName.Split(' ')[0];
            foreach (var (name, _) in span.TagObjects)
            {
                var on = documented.Where(d => d.Name == name).Select(static d => d.On).FirstOrDefault();
                Assert.True(on is not null, $"'{span.DisplayName}' has '{name}', which the page does not have.");
                Assert.True(on.StartsWith("all", StringComparison.Ordinal) || on.Contains(kind, StringComparison.Ordinal),
                    $"'{span.DisplayName}' has '{name}', which the page has on {on}.");
            }
        }

        var kinds =
            Rows("## Spans").ToDictionary(
                static r =>
                    Code().Match(r[0]).Groups[1].Value.Split(' ')[0] + (r[0].Contains("batch", StringComparison.Ordinal) ? " batch" : ""),
                        static r => r[1]);
        foreach (var name in new[]
        {
            "dispatch contract-late", "dispatch batch", "schedule contract-new", "run contract-late", "attempt contract-late"
        })
        {
            Assert.Equal(kinds[name == "dispatch batch" ? name : name.Split(' ')[0]],
                _spans.Of(name)[0].Kind.ToString().ToLowerInvariant());
        }
    }

    /// <summary>Returns the documented instruments of silos and clients. Those of outboxes are in a package of its own.</summary>
    private static List<(string Name, string Kind, string Unit, string Tags)> Instruments() =>
        [.. Rows("## Metrics").Select(
            static r => (Bare(r[0]), r[1], Bare(r[2]), string.Join(' ', Code().Matches(r[3]).Select(static m => m.Groups[1].Value))))
            .Where(static i => !i.Item1.StartsWith("orleanstasks.outbox.", StringComparison.Ordinal))];

    /// <summary>Returns the rows of the first table after a heading.</summary>
    private static List<string[]> Rows(string heading) =>
        [.. Page[(Page.IndexOf($"{heading}\n", StringComparison.Ordinal) + heading.Length)..].Split('\n')
            .SkipWhile(static l => !l.StartsWith('|')).TakeWhile(static l => l.StartsWith('|')).Skip(2)
            .Select(static l => l.Trim('|').Split('|').Select(static c => c.Trim()).ToArray())];

    private static string Bare(string cell) => cell.Trim('`');

    private static string KindOf(Instrument instrument) => instrument switch
    {
        Counter<long> => "counter",
        Histogram<double> => "histogram",
        _ when instrument.GetType().Name.StartsWith("ObservableUpDownCounter", StringComparison.Ordinal) => "up-down counter",
        _ when instrument.GetType().Name.StartsWith("ObservableGauge", StringComparison.Ordinal) => "gauge",
        _ => instrument.GetType().Name,
    };

    private Task UntilAsync(string instrument) => _happenings.UntilAsync(() => _measured.Any(m => m.Instrument == instrument), instrument);

    private void Listen()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == TasksTelemetry.MeterName)
            {
                _instruments[instrument.Name] = instrument;
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Note(i, value, tags));
        _listener.SetMeasurementEventCallback<int>((i, value, tags, _) => Note(i, value, tags));
        _listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Note(i, value, tags));
        _listener.Start();
    }

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var all = tags.ToArray();
        _measured.Enqueue(
            (instrument.Name, value, string.Join(' ', all.Select(static t => t.Key)), string.Join(' ', all.Select(static t => t.Value))));
        _happenings.Note();
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "OrleansTasks.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("These tests run from within the repository.");
        }

        return folder.FullName;
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("orleanstasks_[a-z_]+")]
    private static partial Regex PrometheusName();
}
