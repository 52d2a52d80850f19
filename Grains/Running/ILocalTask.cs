namespace OrleansTasks.Running;

/// <summary>Represents a task's grain to its silo.</summary>
internal interface ILocalTask : ILocalGrain
{
    /// <summary>Gets how many of its runs wait in its line. Read on any thread.</summary>
    int Waiting { get; }

    /// <summary>Called when the grain is asked to deactivate.</summary>
    void OnDeactivating();

    /// <summary>Called when storage has lost something that it had acknowledged.</summary>
    void OnStorageWentBack();
}
