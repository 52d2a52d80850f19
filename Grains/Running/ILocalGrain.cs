namespace OrleansTasks.Running;

/// <summary>A grain of the engine, as its silo sees it.</summary>
internal interface ILocalGrain
{
    /// <summary>The clock was put forward, or back.</summary>
    void OnClockStepped(TimeSpan step);
}
