using OrleansTasks.Publishing;

namespace OrleansTasks.Testing.Clusters;

/// <summary>Forwards a silo's results, and records them.</summary>
/// <param name="publisher">The silo's own publisher.</param>
/// <param name="signals">Records the results.</param>
internal sealed class NotingPublisher(ResultPublisher publisher, Signals signals) : IResultPublisher
{
    public void Publish(TaskResult result)
    {
        publisher.Publish(result);
        signals.Note(result.RunId);
    }

    public void Want(string task) => publisher.Want(task);
}
