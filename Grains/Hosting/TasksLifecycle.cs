namespace OrleansTasks;

/// <summary>Starts and stops the engine's parts with the silo: last to start, first to stop.</summary>
internal sealed class TasksLifecycle(
    PartitionSupervisor supervisor, ClusterView cluster, ResultPublisher publisher, RunExecutor executor, LocalTasks locals, PoolGuard guard) : ILifecycleParticipant<ISiloLifecycle>
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public void Participate(ISiloLifecycle observer) =>
        observer.Subscribe(nameof(TasksLifecycle), ServiceLifecycleStage.Active, StartAsync, StopAsync);

    private async Task StartAsync(CancellationToken ct)
    {
        guard.Start();
        var background = Task.WhenAll(Task.Run(() => cluster.RunAsync(_stop.Token), ct), Task.Run(() => publisher.RunAsync(_stop.Token), ct));
        await Task.Run(() => supervisor.StartAsync(ct), ct);
        _running = Task.WhenAll(background, Task.Run(() => supervisor.RunAsync(_stop.Token), ct));
    }

    private async Task StopAsync(CancellationToken ct)
    {
        await executor.DrainAsync(ct);
        await locals.HandOverAsync();
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
