namespace OrleansTasks.Tasks;

/// <summary>What the pipeline of outcomes tells the course of runs.</summary>
internal interface IRunEndings
{
    /// <summary>A result is out, and its run is gone.</summary>
    void OnPublished(TaskResult result);

    /// <summary>More can be done: something has ended, or was stored.</summary>
    void GoOn();
}
