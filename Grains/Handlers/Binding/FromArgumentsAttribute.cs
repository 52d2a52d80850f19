namespace OrleansTasks;

/// <summary>Says that a handler's parameter is filled by an argument of the run, also where its type is registered in the container.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class FromArgumentsAttribute : Attribute;
