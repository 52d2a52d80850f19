using OrleansTasks.Publishing;

namespace OrleansTasks.Testing.Clusters;

/// <summary>Passes a silo's results on, and notes them.</summary>
/// <param name="publisher">The silo's own.</param>
/// <param name="signals">Notes them.</param>
internal sealed class NotingPublisher(ResultPublisher publisher, Signals signals) : IResultPublisher
{
    public void Publish(TaskResult result)
    {
        publisher.Publish(result);
        signals.Note(result.RunId);
    }

    public void Want(string task) => publisher.Want(task);
}
