using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansTasks;

/// <summary>Tells task grains what came of runs that they ordered from another silo, until one of them has taken the outcome.</summary>
internal sealed partial class OutcomeReporter(
    IGrainFactory grains, [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider pauses, ILogger<OutcomeReporter> log) : IRunObserver
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<Guid, HeldRun> _unreported = new();

    public bool Holds(Guid run) => _unreported.ContainsKey(run);

    public IEnumerable<HeldRun> Holding(string task) => _unreported.Values.Where(r => r.Order.RunId.Task == task);

    public void OnProgress(RunningRun run, RunProgress progress) =>
        grains.GetGrain<ITaskEngine>(run.Order.RunId.Task).ProgressAsync(run.Order.RunId.Value, progress).Ignore();

    public void OnEnd(RunningRun run, RunOutcome outcome)
    {
        _unreported[run.Order.RunId.Value] = run.ToHeld();
        _ = Task.Run(() => ReportAsync(run.ToHeld(), outcome));
    }

    /// <summary>Reports an outcome, however long it takes.</summary>
    private async Task ReportAsync(HeldRun run, RunOutcome outcome)
    {
        var id = run.Order.RunId;
        var pause = FirstPause;
        while (true)
        {
            try
            {
                await grains.GetGrain<ITaskEngine>(id.Task).ReportAsync(run.Order, outcome);
                _unreported.TryRemove(id.Value, out _);
                return;
            }
            catch (Exception e) when (ClusterCalls.IsTransient(e))
            {
                LogRepeated(log, id, e.Message);
                await Task.Delay(pause, pauses);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
            catch (TaskException e)
            {
                LogRefused(log, id, e.Message);
                _unreported.TryRemove(id.Value, out _);
                return;
            }
        }
    }

    [LoggerMessage(111, LogLevel.Debug, "The outcome of {Run} could not be reported yet: {Reason}")]
    private static partial void LogRepeated(ILogger logger, RunId run, string reason);

    [LoggerMessage(112, LogLevel.Warning, "The outcome of {Run} was refused: {Reason}")]
    private static partial void LogRefused(ILogger logger, RunId run, string reason);
}
