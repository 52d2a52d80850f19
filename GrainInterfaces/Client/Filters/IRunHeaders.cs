using OrleansTasks.Values;

namespace OrleansTasks.Client.Filters;

/// <summary>Knows which headers the code that asks for something hands on. On a silo that code may be a handler.</summary>
internal interface IRunHeaders
{
    /// <summary>Those of the run that the code is in that are inherited; null if there are none.</summary>
    TaskHeaders? Inherited { get; }
}
