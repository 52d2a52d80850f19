namespace OrleansTasks.Tasks;

/// <summary>What parts of a task say to those after them.</summary>
internal interface ITaskSignals
{
    /// <summary>Something is due.</summary>
    void Tick();

    /// <summary>There is more to write.</summary>
    void OnToWrite();

    /// <summary>All is written.</summary>
    void OnWritten();

    /// <summary>It is known how many more runs may begin.</summary>
    void OnRoom();

    /// <summary>Silos have come or gone.</summary>
    void OnClusterChanged();

    /// <summary>A run of an occurrence is not made after all.</summary>
    void OnForgotten();

    /// <summary>A pause is over.</summary>
    Task ResumeAsync();
}
