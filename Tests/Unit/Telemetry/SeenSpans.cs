using System.Collections.Concurrent;
using System.Diagnostics;
using OrleansTasks.Telemetry;

namespace OrleansTasks.Tests.Unit.Telemetry;

/// <summary>Listens to the spans of tasks, and keeps those that have ended.</summary>
internal sealed class SeenSpans : IDisposable
{
    /// <summary>The name of the collection of tests that listen, or depend on that nobody does: the source of spans is one in a process.</summary>
    public const string Collection = "spans";
    private readonly ActivityListener _listener;
    private readonly ConcurrentQueue<Activity> _ended = new();

    public SeenSpans(ActivitySamplingResult sampling = ActivitySamplingResult.AllDataAndRecorded)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static s => s.Name == TasksTelemetry.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => sampling,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
        Debug.Assert(TaskSpans.IsOn, "It listens.");
    }

    public IReadOnlyList<Activity> Ended => [.. _ended];

    /// <summary>The one span of a handler that has ended. Other tests, which run meanwhile, have others.</summary>
    public Activity Single(string handler) => Assert.Single(_ended, s => (string?)s.GetTagItem("orleanstasks.handler") == handler);

    public void Dispose() => _listener.Dispose();
}
