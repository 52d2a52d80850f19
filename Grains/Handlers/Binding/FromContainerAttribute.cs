namespace OrleansTasks;

/// <summary>Specifies that the container fills a handler's parameter, even if its type could be read from an argument.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class FromContainerAttribute : Attribute;
