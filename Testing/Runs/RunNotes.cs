using OrleansTasks.Handlers.Contexts;
using OrleansTasks.Running;
using OrleansTasks.Testing.Client;

namespace OrleansTasks.Testing.Runs;

/// <summary>Implements the operations of a run's context, and records them.</summary>
/// <param name="client">Records what would be sent to the cluster.</param>
/// <param name="time">The run's clock.</param>
internal sealed class RunNotes(FakeTaskClient client, TimeProvider time) : IRunControls
{
    private readonly NotedList<RunProgress> _progress = new();

    public IReadOnlyList<RunProgress> Progress => _progress.All;

    public IRunControl For(RunningRun run) => For(run.Order.RunId.Task);

    public IRunControl For(string task) => new Control(this, task);

    private sealed class Control(RunNotes owner, string task) : IRunControl
    {
        public void Report(double? fraction, string? message, object? data) =>
            owner.Note(ProgressReports.Of(task, fraction, message, data, owner.Now));

        public Task<bool> CancelTaskAsync() => Task.FromResult(owner.Client.CancelTask(task));

        public Task BroadcastAsync<T>(T message, CancellationToken ct) => owner.Client.BroadcastAsync(message, task, ct);
    }

    private FakeTaskClient Client => client;

    private DateTimeOffset Now => time.GetUtcNow();

    private void Note(RunProgress progress) => _progress.Add(progress);
}
