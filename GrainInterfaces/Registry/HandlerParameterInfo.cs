namespace OrleansTasks;

/// <summary>A parameter of a handler that takes an argument.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.HandlerParameterInfo")]
public sealed record HandlerParameterInfo
{
    /// <summary>The parameter's name, which names its argument.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Its type, as C# writes it.</summary>
    [Id(1)]
    public string Type { get; init; } = "";

    /// <summary>Which JSON it is read from.</summary>
    [Id(2)]
    public ArgumentKind Kind { get; init; }

    /// <summary>Whether it may be left out.</summary>
    [Id(3)]
    public bool Optional { get; init; }

    /// <summary>Whether null may be given.</summary>
    [Id(4)]
    public bool Nullable { get; init; }

    /// <summary>What it is if it is left out, as JSON; null if that is not known.</summary>
    [Id(5)]
    public string? Default { get; init; }

    /// <summary>The texts that it may be, where these are few, as with enums; else none.</summary>
    [Id(6)]
    public IReadOnlyList<string> Choices { get; init; } = [];
}
