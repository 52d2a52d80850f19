using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OrleansTasks.Running;
using OrleansTasks.Runs;
using OrleansTasks.Telemetry;
using OrleansTasks.Tests.Unit.Running;

namespace OrleansTasks.Tests.Unit.Telemetry;

/// <summary>Tests the spans, metrics and log scopes of an attempt while its handler executes.</summary>
[Collection(SeenSpans.Collection)]
public sealed class AttemptWatchTests
{
    private const string Watched = "watched";
    private const string RunSpan = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private const string Dispatch = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";

    [Fact]
    public async Task Handler_IsInASpanOfItsAttempt_UnderThatOfItsRun()
    {
        using var spans = new SeenSpans();
        Activity? handlers = null;
        using var rig = new RunnerRig().Define(Watched, async (_, _) =>
        {
            await Task.Yield();
            handlers = Activity.Current;
        });

        await rig.Start(
            RunnerRig.Order(1, Watched) with
            {
                Attempt = 3,
                Span = RunSpan,
                Trace = TraceContext.Of(Dispatch, "vendor=1", "user=alice", isLink: false)
            }).Ended;
        await rig.UntilQuietAsync();

        var span = spans.Single(Watched);
        Assert.Same(span, handlers);
        Assert.Equal((RunSpan, "vendor=1", ActivityKind.Internal), (span.ParentId, span.TraceStateString, span.Kind));
        Assert.Equal("alice", span.GetBaggageItem("user"));
        Assert.Equal((3, "succeeded", Watched),
            (span.GetTagItem("orleanstasks.attempt"), span.GetTagItem("orleanstasks.status"), span.GetTagItem("orleanstasks.handler")));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        Assert.Null(Activity.Current);
    }

    [Fact]
    public async Task Handler_OfARunWithoutASpan_IsAChildOfItsRequest()
    {
        using var spans = new SeenSpans();
        using var rig = new RunnerRig().Define(Watched, static (_, _) => Task.CompletedTask);
        await rig.Start(RunnerRig.Order(1, Watched) with { Trace = TraceContext.Of(Dispatch, null, null, isLink: false) }).Ended;
        await rig.UntilQuietAsync();
        Assert.Equal(Dispatch, spans.Single(Watched).ParentId);
    }

    [Fact]
    public async Task Handler_OfALinkedRun_StartsItsOwnTrace()
    {
        using var spans = new SeenSpans();
        using var rig = new RunnerRig().Define(Watched, static (_, _) => Task.CompletedTask);
        await rig.Start(RunnerRig.Order(1, Watched) with { Trace = TraceContext.Of(Dispatch, null, null, isLink: true) }).Ended;
        await rig.UntilQuietAsync();
        var span = spans.Single(Watched);
        Assert.Null(span.ParentId);
        Assert.Equal(ActivityContext.Parse(Dispatch, null).SpanId, Assert.Single(span.Links).Context.SpanId);
    }

    [Fact]
    public async Task Handler_ThatThrows_IsRecordedInItsSpan()
    {
        using var spans = new SeenSpans();
        using var rig = new RunnerRig().Define(Watched, static (_, _) => throw new FormatException("what it says"));
        await rig.Start(RunnerRig.Order(1, Watched)).Ended;
        await rig.UntilQuietAsync();
        var span = spans.Single(Watched);
        Assert.Equal((ActivityStatusCode.Error, "what it says", "System.FormatException"),
            (span.Status, span.StatusDescription, span.GetTagItem("error.type")));
        var told = Assert.Single(span.Events);
        Assert.Equal("exception", told.Name);
        Assert.Contains(told.Tags, static t => t.Key == "exception.stacktrace");
    }

    [Theory]
    [InlineData("sample")]
    [InlineData("start")]
    [InlineData("stop")]
    public async Task Handler_ListenerThrows_StillRuns(string when)
    {
        using var hostile = new HostileListener(when);
        Activity? handlers = null;
        using var rig = new RunnerRig().Define(Watched, (_, _) =>
        {
            handlers = Activity.Current;
            return Task.CompletedTask;
        });
        Assert.Equal(RunStatus.Succeeded, (await rig.Start(RunnerRig.Order(1, Watched)).Ended).Status);
        await rig.UntilQuietAsync();

        // The handler must not run in a span that never ends.
        Assert.Equal(when == "stop", handlers is not null);
    }

    /// <summary>A listener's exception must not make a caller repeat a request that was accepted.</summary>
    [Theory]
    [InlineData("sample")]
    [InlineData("start")]
    [InlineData("stop")]
    public async Task Send_ListenerThrows_ReturnsTheResponseAndKeepsTheCurrentSpan(string when)
    {
        using var hostile = new HostileListener(when);
        using var present = new Activity("present").Start();
        var sent = 0;

        Assert.Equal(7, await TaskSpans.SendAsync("dispatch t", "t", "dispatch", () => Task.FromResult(7 + sent++)));

        Assert.Equal(1, sent);
        Assert.Same(present, Activity.Current);
    }

    [Fact]
    public void Metrics_ListenerThrows_Continue()
    {
        using var metrics = new Watching.SiloMetrics(Microsoft.Extensions.Options.Options.Create(new TasksOptions()));
        var calls = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (ReferenceEquals(instrument.Meter, metrics.Meter))
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new InvalidOperationException($"hostile {calls++}"));
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => throw new InvalidOperationException($"hostile {calls++}"));
        listener.Start();
        var order = RunnerRig.Order(1, trigger: RunTrigger.Schedule);

        metrics.NoteStarted(order, TaskRig.Start);
        metrics.NoteEnded(new TaskResult { RunId = order.RunId, Status = RunStatus.Succeeded, FinishedAt = TaskRig.Start }, TaskRig.Start);
        metrics.NoteRetry("t", "failed");
        metrics.NoteMissed("t", OutcomeReason.Outage, 3);
        metrics.NoteSkipped("t", OutcomeReason.Overlap);
        metrics.NoteClaims(2, "granted");
        metrics.NoteWrite("Memory", "journal", TimeSpan.FromSeconds(1), "written");

        Assert.Equal(10, calls);
    }

    [Fact]
    public async Task Handler_LogsInAScopeOfItsAttempt()
    {
        using var spans = new SeenSpans();
        using var provider = new ScopedProvider();
        using var factory = LoggerFactory.Create(b => b.AddProvider(provider));
        string? text = null;
        Dictionary<string, object?> said = [];
        using var rig = new RunnerRig(log: factory.CreateLogger<RunExecutor>()).Define(Watched, (_, _) =>
        {
            provider.Scopes!.ForEachScope(
                (scope, all) =>
                {
                    text = scope?.ToString();
                    foreach (var (key, value) in (IReadOnlyList<KeyValuePair<string, object?>>)scope!)
                    {
                        all[key] = value;
                    }
                },
                said);
            return Task.CompletedTask;
        });

        var order = RunnerRig.Order(1, Watched);
        await rig.Start(order).Ended;
        await rig.UntilQuietAsync();

        var trace = spans.Single(Watched).TraceId.ToHexString();
        Assert.Equal(["Task", "RunId", "Attempt", "TraceId"], said.Keys);
        Assert.Equal(("t", order.RunId.ToString(), 1, trace), (said["Task"], said["RunId"], said["Attempt"], said["TraceId"]));
        Assert.Equal($"run {order.RunId}, attempt 1, trace {trace}", text);
    }

    [Theory]
    [InlineData(RunTrigger.Schedule, 1, "lateness queue_time")]
    [InlineData(RunTrigger.Dispatch, 1, "queue_time")]
    [InlineData(RunTrigger.Dispatch, 2, "")]
    [InlineData(RunTrigger.Backfill, 1, "")]
    public async Task Attempt_Starting_IsMeasuredWhereMeaningful(RunTrigger trigger, int attempt, string expected)
    {
        using var rig = new RunnerRig(static o => o.PlacesForOccurrences = 1).Define(Watched, static (_, _) => Task.CompletedTask);
        var measured = new List<(string Name, double Value, string Task)>();
        using var listener = Listen(rig, measured);
        rig.Clock.SetUtcNow(TaskRig.Start.AddSeconds(3.5));

        await rig.Start(RunnerRig.Order(1, Watched, trigger: trigger) with { Attempt = attempt }).Ended;
        await rig.UntilQuietAsync();

        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static e => ($"orleanstasks.run.{e}", 2.5, "t")),
            measured.Order());
    }

    /// <summary>This is the path of every run, so it must cost nothing measurable without listeners.</summary>
    [Fact]
    public void Watch_WithoutListeners_CreatesNothing()
    {
        Assert.False(TaskSpans.IsOn);
        using var metrics = new Watching.SiloMetrics(Microsoft.Extensions.Options.Options.Create(new TasksOptions()));
        var log = Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;
        var (order, outcome) = (RunnerRig.Order(1), new RunOutcome { Status = RunStatus.Succeeded });
        var run = new ActiveRun { Facts = RunForms.FactsOf(order) };
        var result = new TaskResult { RunId = order.RunId, Status = RunStatus.Succeeded };
        Once();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var n = 0; n < 1000; n++)
        {
            Once();
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100);

        void Once()
        {
            Watching.RunSpans.Begin(run, "h");
            Watching.AttemptWatch.Begin(order, "silo", metrics, log, TaskRig.Start).End(outcome);
            Watching.RunSpans.End(run, result);
            metrics.NoteEnded(result, TaskRig.Start);
            _ = TraceCarrier.Current;
        }
    }

    private static MeterListener Listen(RunnerRig rig, List<(string Name, double Value, string Task)> measured)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (ReferenceEquals(instrument.Meter, rig.Metrics.Meter))
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (tag.Key == "orleanstasks.task")
                {
                    measured.Add((instrument.Name, value, (string)tag.Value!));
                }
            }
        });
        listener.Start();
        return listener;
    }

    /// <summary>Represents a host's listener that throws.</summary>
    private sealed class HostileListener : IDisposable
    {
        private readonly ActivityListener _listener;

        public HostileListener(string when)
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = static s => s.Name == TasksTelemetry.SourceName,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) =>
                    when == "sample" ? throw new InvalidOperationException("hostile") : ActivitySamplingResult.AllDataAndRecorded,
                ActivityStarted = _ => ThrowIf(when == "start"),
                ActivityStopped = _ => ThrowIf(when == "stop"),
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public void Dispose() => _listener.Dispose();

        private static void ThrowIf(bool isSo)
        {
            if (isSo)
            {
                throw new InvalidOperationException("hostile");
            }
        }
    }

    private sealed class ScopedProvider : ILoggerProvider, ILogger, ISupportExternalScope
    {
        /// <summary>Gets the scopes that all loggers of the factory share.</summary>
        public IExternalScopeProvider? Scopes { get; private set; }

        public ILogger CreateLogger(string categoryName) => this;

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => Scopes = scopeProvider;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => Scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => false;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
        }

        public void Dispose()
        {
        }
    }
}
