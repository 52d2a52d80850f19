namespace OrleansTasks.Publishing;

/// <summary>Takes the results that subscribers are to hear of.</summary>
internal interface IResultPublisher
{
    /// <summary>Has a result told to subscribers. It never waits, and one that gets lost is fetched from the history.</summary>
    void Publish(TaskResult result);

    /// <summary>Says that somebody may have subscribed to the results of a task just now.</summary>
    void Want(string task);
}
