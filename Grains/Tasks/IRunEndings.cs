namespace OrleansTasks.Tasks;

/// <summary>What the pipeline of outcomes tells the course of runs.</summary>
internal interface IRunEndings
{
    /// <summary>A result is out, and its run is gone.</summary>
    void OnPublished(TaskResult result);

    /// <summary>A run is gone, and there may be room for others.</summary>
    void OnGone();

    /// <summary>More can be done: something has ended, or was stored.</summary>
    void GoOn();
}
