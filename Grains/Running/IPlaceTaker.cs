namespace OrleansTasks.Running;

/// <summary>Who waits on a silo for a place.</summary>
internal interface IPlaceTaker
{
    /// <summary>Called, on any thread, when there is a place for it. It is not to take long.</summary>
    void OnPlace();
}
