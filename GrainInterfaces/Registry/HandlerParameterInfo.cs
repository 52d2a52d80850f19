namespace OrleansTasks;

/// <summary>Represents a handler's parameter that takes an argument.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.HandlerParameterInfo")]
public sealed record HandlerParameterInfo
{
    /// <summary>Gets the parameter's name, which is the name of its argument.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Gets the parameter's type, as written in C#.</summary>
    [Id(1)]
    public string Type { get; init; } = "";

    /// <summary>Gets the JSON type of the argument.</summary>
    [Id(2)]
    public ArgumentKind Kind { get; init; }

    /// <summary>Gets a value indicating whether the argument may be omitted.</summary>
    [Id(3)]
    public bool Optional { get; init; }

    /// <summary>Gets a value indicating whether the argument may be null.</summary>
    [Id(4)]
    public bool Nullable { get; init; }

    /// <summary>Gets the value of an omitted argument, as JSON. Null if it is not known.</summary>
    [Id(5)]
    public string? Default { get; init; }

    /// <summary>Gets the possible texts, if there are few, as with enums. Otherwise empty.</summary>
    [Id(6)]
    public IReadOnlyList<string> Choices { get; init; } = [];
}
