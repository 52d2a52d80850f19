using OrleansTasks.Client.Links;

namespace OrleansTasks.Hosting;

/// <summary>Tells the link when Orleans is up in this process, as a client or a silo.</summary>
internal sealed class ClusterLinkLifecycle(ClusterLink link)
    : ILifecycleParticipant<IClusterClientLifecycle>, ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(IClusterClientLifecycle lifecycle) => Subscribe(lifecycle, ServiceLifecycleStage.First);

    /// <summary>
    /// Subscribes to the lifecycle of a silo. Grains can be called once the silo's own services are up, before it becomes active.
    /// </summary>
    public void Participate(ISiloLifecycle lifecycle) => Subscribe(lifecycle, ServiceLifecycleStage.RuntimeGrainServices);

    private void Subscribe(ILifecycleObservable lifecycle, int stage) =>
        lifecycle.Subscribe(nameof(ClusterLinkLifecycle), stage, StartAsync, StopAsync);

    private Task StartAsync(CancellationToken ct)
    {
        link.Start();
        return Task.CompletedTask;
    }

    private Task StopAsync(CancellationToken ct)
    {
        link.Stop();
        return Task.CompletedTask;
    }
}
