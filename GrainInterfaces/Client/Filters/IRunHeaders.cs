using OrleansTasks.Values;

namespace OrleansTasks.Client.Filters;

/// <summary>Determines which headers the calling code passes on. On a silo that code may be a handler.</summary>
internal interface IRunHeaders
{
    /// <summary>Gets the inherited headers of the run in which the code runs, or null if there are none.</summary>
    TaskHeaders? Inherited { get; }
}
