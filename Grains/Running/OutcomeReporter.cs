using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansTasks.Calls;
using OrleansTasks.Client.Links;
using OrleansTasks.Grains;
using OrleansTasks.Policies;
using OrleansTasks.Runs;

namespace OrleansTasks.Running;

/// <summary>
/// Reports the outcomes of runs to the task grains that ordered them from another silo, and repeats each report until a grain has accepted
/// it.
/// </summary>
internal sealed partial class OutcomeReporter(
    IGrainFactory grains, Background background, [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider pauses,
    ILogger<OutcomeReporter> log) : IOutcomeReporter
{
    // A call to a silo at the moment when it is found dead may never be answered. An outcome that is reported twice counts once.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    // A run may have more than one report, because an attempt that was presumed lost reports too.
    private readonly ConcurrentDictionary<Report, bool> _reports = new();
    private long _count;
    private volatile bool _closed;

    public bool Holds(Guid run, Guid offer) =>
        _reports.Any(r => r.Key.Run.Order is var order && order.RunId.Value == run && order.Offer == offer);

    /// <summary>Returns the runs of a task whose outcomes are not accepted yet, in the order in which they ended.</summary>
    public IEnumerable<HeldRun> Holding(string task) =>
        _reports.Select(static r => r.Key).Where(r => r.Run.Order.RunId.Task == task).OrderBy(static r => r.Number)
            .Select(static r => r.Run);

    public void OnProgress(ILocalRun run, RunProgress progress) =>
        grains.Refer<ITaskEngine>(run.Order.RunId.Task).ProgressAsync(run.Order.RunId.Value, progress).Ignore();

    public void OnIgnoring(ILocalRun run) =>
        grains.Refer<ITaskEngine>(run.Order.RunId.Task).IgnoresCancellationAsync(run.Order.RunId.Value).Ignore();

    public void OnEnd(ILocalRun run, RunOutcome outcome) => Add(run.ToHeld(), outcome);

    /// <summary>Takes an outcome over, and reports it, however long that takes.</summary>
    public void Add(HeldRun run, RunOutcome outcome)
    {
        var report = new Report(run, Interlocked.Increment(ref _count));
        _reports[report] = true;
        background.RunAsync(() => ReportAsync(report, outcome)).Ignore();
    }

    /// <summary>Stops all reports: the silo is gone, and its outcomes with it.</summary>
    public void Close() => _closed = true;

    /// <summary>Waits until no report is left.</summary>
    public async Task DrainAsync()
    {
        while (!_reports.IsEmpty)
        {
            await Task.WhenAll(_reports.Select(static r => r.Key.Done.Task));
        }
    }

    private async Task ReportAsync(Report report, RunOutcome outcome)
    {
        var order = report.Run.Order;
        var pause = FirstPause;
        while (!await TryReportAsync(order, outcome) && !_closed)
        {
            await Task.Delay(pause, pauses);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }

        _reports.TryRemove(report, out _);
        report.Done.SetResult();
    }

    private async Task<bool> TryReportAsync(RunOrder order, RunOutcome outcome)
    {
        try
        {
            await grains.Refer<ITaskEngine>(order.RunId.Task).ReportAsync(order, outcome).WaitAsync(Patience, pauses);
            return true;
        }
        catch (Exception e) when (Failures.IsPermanent(e))
        {
            LogRefused(log, order.RunId, e.Message);
            return true;
        }
        catch (Exception e)
        {
            LogRepeated(log, ClusterCalls.IsTransient(e) ? LogLevel.Debug : LogLevel.Warning, order.RunId, e.Message);
            return false;
        }
    }

    [LoggerMessage(EventId = 111, Message = "Reporting the result of {Run} failed; retrying. {Reason}")]
    private static partial void LogRepeated(ILogger logger, LogLevel level, RunId run, string reason);

    [LoggerMessage(112, LogLevel.Warning, "The result of {Run} was rejected: {Reason}")]
    private static partial void LogRefused(ILogger logger, RunId run, string reason);

    private sealed class Report(HeldRun run, long number)
    {
        public HeldRun Run { get; } = run;

        public long Number { get; } = number;

        public TaskCompletionSource Done { get; } = Completions.New();
    }
}
