namespace OrleansTasks.Tests.Servers;

/// <summary>Marks a class whose tests take long one after another.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class LongAttribute : Attribute;
