namespace OrleansTasks;

/// <summary>Says that a handler's parameter is filled by the container, also where its type could be read from an argument.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class FromContainerAttribute : Attribute;
