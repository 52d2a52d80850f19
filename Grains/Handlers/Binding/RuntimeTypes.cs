namespace OrleansTasks.Handlers.Binding;

/// <summary>Distinguishes the types of .NET from those of programs and packages.</summary>
internal static class RuntimeTypes
{
    public static bool Has(Type type) => type.Assembly.GetName().Name is { } name
        && (name.StartsWith("System.", StringComparison.Ordinal) || name is "System" or "mscorlib" or "netstandard");
}
