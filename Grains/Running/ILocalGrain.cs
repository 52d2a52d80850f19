namespace OrleansTasks.Running;

/// <summary>Represents a grain of the engine to its silo.</summary>
internal interface ILocalGrain
{
    /// <summary>Called when the clock was set forward or back.</summary>
    void OnClockStepped(TimeSpan step);
}
