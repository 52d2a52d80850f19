namespace OrleansTasks.Publishing;

/// <summary>Accepts results for subscribers.</summary>
internal interface IResultPublisher
{
    /// <summary>Publishes a result to subscribers. It never waits. A lost result is fetched from the history.</summary>
    void Publish(TaskResult result);

    /// <summary>Records that somebody may just have subscribed to the results of a task.</summary>
    void Want(string task);
}
