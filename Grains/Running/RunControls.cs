using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansTasks.Calls;
using OrleansTasks.Client;
using OrleansTasks.Grains;
using OrleansTasks.Handlers.Contexts;

namespace OrleansTasks.Running;

/// <summary>Creates the operations that a run's context offers.</summary>
internal sealed class RunControls(IGrainFactory grains, ITaskClient client, IOptions<TasksOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider pauses,
    ILogger<RunExecutor> log) : IRunControls
{
    private readonly CheckpointRules _rules =
        new(options.Value.Limits.MaxCheckpointSize, options.Value.Limits.MinCheckpointInterval, time, pauses);

    public IRunControl For(RunningRun run) => new Control(this, run);

    private sealed class Control(RunControls owner, RunningRun run) : IRunControl
    {
        private ProgressThrottle? _progress;
        private CheckpointKeeper? _checkpoints;

        public CheckpointKeeper Checkpoints => LazyInitializer.EnsureInitialized(
            ref _checkpoints, () => new CheckpointKeeper(run.Order.RunId, run.Order.Attempt, run.Order.Checkpoint, owner.Rules,
                new CheckpointStore(run, owner.Grains, owner.Rules.Pauses).SaveAsync, run.StopToken));

        public void Report(double? fraction, string? message, object? data)
        {
            var progress = ProgressReports.Of(run.Order.RunId.Task, fraction, message, data, owner.Time.GetUtcNow());
            var throttle = _progress ?? Interlocked.CompareExchange(ref _progress, new ProgressThrottle(run, owner.Time, owner.Log), null)
                ?? _progress;
            throttle.Report(progress);
        }

        public Task<bool> CancelTaskAsync() => owner.Grains.Refer<ITaskEngine>(run.Order.RunId.Task).CancelFromAsync(run.Order.RunId.Value);

        public Task BroadcastAsync<T>(T message, CancellationToken ct) =>
            owner.Client is TaskClient client
                ? client.BroadcastAsync(message, run.Order.RunId.Task, ct)
                : owner.Client.BroadcastAsync(message, ct);
    }

    private CheckpointRules Rules => _rules;

    private IGrainFactory Grains => grains;

    private ITaskClient Client => client;

    private TimeProvider Time => time;

    private ILogger Log => log;
}
