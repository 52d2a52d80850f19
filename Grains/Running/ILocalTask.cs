namespace OrleansTasks.Running;

/// <summary>A task's grain, as its silo sees it.</summary>
internal interface ILocalTask : ILocalGrain
{
    /// <summary>How many of its runs wait in its line. Read on any thread.</summary>
    int Waiting { get; }

    /// <summary>It was asked to leave.</summary>
    void OnDeactivating();

    /// <summary>Storage has forgotten something of what it had acknowledged.</summary>
    void OnStorageWentBack();
}
