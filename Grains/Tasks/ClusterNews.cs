using OrleansTasks.Running;

namespace OrleansTasks.Tasks;

/// <summary>
/// Tells a task's grain, on its turns, that silos have joined or left the cluster. Starts when the grain first needs to know.
/// </summary>
/// <param name="turns">The grain's turns.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="signals">Receives the notifications.</param>
internal sealed class ClusterNews(GrainTurns turns, IClusterView cluster, ITaskSignals signals) : IDisposable
{
    private IDisposable? _listening;

    public void Listen() => _listening ??= cluster.Listen(() => turns.Post(signals.OnClusterChanged));

    public void Dispose() => _listening?.Dispose();
}
