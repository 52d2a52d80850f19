using OrleansTasks.Handlers.Contexts;
using OrleansTasks.Records;
using OrleansTasks.Running;
using OrleansTasks.Testing.Client;

namespace OrleansTasks.Testing.Runs;

/// <summary>Implements the operations of a run's context, and records them.</summary>
/// <param name="client">Records what would be sent to the cluster.</param>
/// <param name="time">The run's clock.</param>
/// <param name="maxCheckpointSize">The maximum size of a checkpoint, in bytes.</param>
internal sealed class RunNotes(FakeTaskClient client, TimeProvider time, int maxCheckpointSize) : IRunControls
{
    private readonly NotedList<RunProgress> _progress = new();
    private readonly NotedList<RunCheckpoint> _saved = new();

    public IReadOnlyList<RunProgress> Progress => _progress.All;

    /// <summary>Gets or sets what was saved before the run.</summary>
    public RunCheckpoint? Before { get; set; }

    /// <summary>Gets what was saved last, or before the run; null if nothing was.</summary>
    public RunCheckpoint? Checkpoint => _saved.All is { Count: > 0 } all ? all[^1] : Before;

    /// <summary>Gets what was stored of the run, each time.</summary>
    public SavedCheckpoints Saved => new(_saved.All, Before);

    public IRunControl For(RunningRun run) => For(run.Order.RunId, run.Order.Attempt, run.StopToken);

    public IRunControl For(RunId run, int attempt, CancellationToken stop) => new Control(
        this,
        run.Task,
        new CheckpointKeeper(run, attempt, Checkpoint, new CheckpointRules(maxCheckpointSize, TimeSpan.Zero, time, TimeProvider.System),
            StoreAsync, stop));

    private Task StoreAsync(RunCheckpoint checkpoint)
    {
        _saved.Add(checkpoint);
        return Task.CompletedTask;
    }

    private sealed class Control(RunNotes owner, string task, CheckpointKeeper checkpoints) : IRunControl
    {
        public CheckpointKeeper Checkpoints => checkpoints;

        public void Report(double? fraction, string? message, object? data) =>
            owner.Note(ProgressReports.Of(task, fraction, message, data, owner.Now));

        public Task<bool> CancelTaskAsync() => Task.FromResult(owner.Client.CancelTask(task));

        public Task BroadcastAsync<T>(T message, CancellationToken ct) => owner.Client.BroadcastAsync(message, task, ct);
    }

    private FakeTaskClient Client => client;

    private DateTimeOffset Now => time.GetUtcNow();

    private void Note(RunProgress progress) => _progress.Add(progress);
}
