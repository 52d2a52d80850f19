namespace OrleansTasks.Tasks;

/// <summary>Defines what parts of a task tell later parts.</summary>
internal interface ITaskSignals
{
    /// <summary>Called when something is due.</summary>
    void Tick();

    /// <summary>Called when there is more to write.</summary>
    void OnToWrite();

    /// <summary>Called when everything is written.</summary>
    void OnWritten();

    /// <summary>Called when it is known how many more runs may start.</summary>
    void OnRoom();

    /// <summary>Called when silos have joined or left the cluster.</summary>
    void OnClusterChanged();

    /// <summary>Called when the run of an occurrence is not created after all.</summary>
    void OnForgotten();

    /// <summary>Called when a pause has ended.</summary>
    Task ResumeAsync();
}
