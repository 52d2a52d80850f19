namespace OrleansTasks.Tasks;

/// <summary>Receives the results of the outcome pipeline.</summary>
internal interface IRunEndings
{
    /// <summary>Called when a result is published and its run has left the table.</summary>
    void OnPublished(TaskResult result);

    /// <summary>Called when a run has left the table, so that others may have room.</summary>
    void OnGone();

    /// <summary>Called when more can be done, because a run has ended or was stored.</summary>
    void GoOn();
}
