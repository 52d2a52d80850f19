namespace OrleansTasks.Running;

/// <summary>Represents something that waits for a place on a silo.</summary>
internal interface IPlaceTaker
{
    /// <summary>Called, on any thread, when it gets a place. The call must be short.</summary>
    void OnPlace();
}
