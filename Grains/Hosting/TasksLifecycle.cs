using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansTasks.Publishing;
using OrleansTasks.Running;
using OrleansTasks.Silos;
using OrleansTasks.Supervision;
using OrleansTasks.Tasks;

namespace OrleansTasks.Hosting;

/// <summary>
/// Starts and stops the engine's parts with the silo. In an orderly stop, the silo first lets runs end. When the cluster knows that the
/// silo is leaving and places nothing new on it, the silo hands over its tasks and then its partitions, while the whole cluster still
/// answers.
/// </summary>
internal sealed partial class TasksLifecycle(
    PartitionSupervisor supervisor,
    ConfigurationApplier configuration,
    ClusterView cluster,
    ResultPublisher publisher,
    EventPublisher events,
    RunExecutor executor,
    OutcomeReporter reporter,
    Departures departures,
    LocalGrains locals,
    SiloHandOver handOver,
    SiloDrain siloDrain,
    PartitionBalancer balancer,
    PoolGuard guard,
    SiloGauges gauges,
    ClockWatcher clock,
    Standstills standstills,
    WarmUp warmUp,
    StartGate gate,
    StartNotes notes,
    [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time,
    ILogger<TasksLifecycle> log) : ILifecycleParticipant<ISiloLifecycle>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // The time in which handlers that were asked to stop may save where they are, while the cluster still answers.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public void Participate(ISiloLifecycle observer)
    {
        observer.Subscribe(nameof(TasksLifecycle), ServiceLifecycleStage.Active, StartAsync, DrainAsync);
        observer.Subscribe(nameof(TasksLifecycle), ServiceLifecycleStage.BecomeActive, static _ => Task.CompletedTask, LeaveAsync);
        observer.Subscribe(nameof(TasksLifecycle), ServiceLifecycleStage.RuntimeGrainServices, static _ => Task.CompletedTask, CloseAsync);
    }

    private async Task StartAsync(CancellationToken ct)
    {
        // Its constructor has started the instruments.
        _ = gauges;
        guard.Start();
        var background = Task.WhenAll(Task.Run(() => cluster.RunAsync(_stop.Token), ct),
            Task.Run(() => publisher.RunAsync(_stop.Token), ct), Task.Run(() => events.RunAsync(_stop.Token), ct),
            Task.Run(() => clock.RunAsync(_stop.Token), ct), Task.Run(() => standstills.RunAsync(_stop.Token), ct),
            Task.Run(() => siloDrain.RunAsync(_stop.Token), ct));
        await Task.Run(() => supervisor.StartAsync(ct), ct);
        _running = Task.WhenAll(background, Task.Run(() => supervisor.RunAsync(_stop.Token), ct),
            Task.Run(() => configuration.RunAsync(_stop.Token), ct), Task.Run(() => balancer.RunAsync(_stop.Token), ct));

        gate.SiloStarted();
        notes.Write();

        // Nothing waits for it: it only makes later work faster.
        _ = Task.Run(warmUp.RunAsync, CancellationToken.None);
    }

    private async Task DrainAsync(CancellationToken ct)
    {
        await executor.DrainAsync(ct);
        if (executor.HasCutOff)
        {
            await WithinAsync("end the runs that it asked to stop", _ => executor.WhenEmpty, ct, StopPatience);
        }

        await WithinAsync("report the results of runs", _ => reporter.DrainAsync(), ct);

        // The supervisor stops first, because it would activate the partitions here again. It stops applying a configuration at once:
        // another silo with the same configuration does the rest.
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        if (!cluster.HasOthers)
        {
            // There is no silo to hand over to. Once the cluster knows that this silo is leaving, no grain that may be needed can become
            // active.
            locals.StopWaking();
            await WithinAsync("put away its tasks", handOver.PutAwayAsync, ct);
        }
    }

    private Task LeaveAsync(CancellationToken ct) =>
        !cluster.HasOthers ? Task.CompletedTask : WithinAsync("hand over its tasks", LeaveToOthersAsync, ct);

    private async Task LeaveToOthersAsync(CancellationToken ct)
    {
        await cluster.UntilLeavingAsync(ct);
        await handOver.ToOthersAsync(ct);
        await reporter.DrainAsync().WaitAsync(ct);
    }

    /// <summary>Closes the parts that send. Nothing can be sent any more, and other silos detect what was not reported.</summary>
    private Task CloseAsync(CancellationToken ct)
    {
        reporter.Close();
        departures.Close();
        return Task.CompletedTask;
    }

    /// <summary>
    /// Runs an action that should happen before the silo stops. If it fails or takes too long, other silos compensate for it.
    /// </summary>
    private async Task WithinAsync(string what, Func<CancellationToken, Task> action, CancellationToken ct, TimeSpan? most = null)
    {
        if (ct.IsCancellationRequested)
        {
            return;
        }

        using var timeout = new CancellationTokenSource(most ?? Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            await action(either.Token).WaitAsync(either.Token);
        }
        catch (Exception e)
        {
            LogNotDone(log, what, e.Message);
        }
    }

    [LoggerMessage(511, LogLevel.Warning, "The silo is stopping and could not {What} in time: {Reason}")]
    private static partial void LogNotDone(ILogger logger, string what, string reason);
}
