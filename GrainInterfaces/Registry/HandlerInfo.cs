namespace OrleansTasks;

/// <summary>A handler, as the silos that have it announce it.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.HandlerInfo")]
public sealed record HandlerInfo
{
    /// <summary>The handler's name.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>The parameters that take arguments, in the order of positional ones. Of a handler class: the members of its arguments. While silos differ, those of one of them.</summary>
    [Id(1)]
    public IReadOnlyList<HandlerParameterInfo> Parameters { get; init; } = [];

    /// <summary>Whether it takes any arguments at all, so that nothing is known of them.</summary>
    [Id(2)]
    public bool TakesAny { get; init; }

    /// <summary>The addresses of the silos that have it.</summary>
    [Id(3)]
    public IReadOnlyList<string> Silos { get; init; } = [];

    /// <summary>Whether the parameters are the members of one object, as those of a handler class are: a positional argument is the whole object.</summary>
    [Id(4)]
    public bool TakesAll { get; init; }
}
