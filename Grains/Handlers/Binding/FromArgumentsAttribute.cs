namespace OrleansTasks;

/// <summary>Specifies that an argument of the run fills a handler's parameter, even if its type is registered in the container.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class FromArgumentsAttribute : Attribute;
