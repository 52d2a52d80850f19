using System.Collections.Concurrent;
using System.Diagnostics;
using OrleansTasks.Telemetry;

namespace OrleansTasks.Tests.Unit.Telemetry;

/// <summary>Listens to the spans of tasks, and records those that have ended.</summary>
internal sealed class SeenSpans : IDisposable
{
    /// <summary>
    /// The collection of the tests that listen, or that need a process without listeners. A process has only one source of spans.
    /// </summary>
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

    /// <summary>Returns the only ended span of a handler. Other tests, which run at the same time, use other handlers.</summary>
    public Activity Single(string handler) => Assert.Single(_ended, s => (string?)s.GetTagItem("orleanstasks.handler") == handler);

    public void Dispose() => _listener.Dispose();
}
