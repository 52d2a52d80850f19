namespace OrleansTasks;

/// <summary>Represents a handler, as its silos announce it.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.HandlerInfo")]
public sealed record HandlerInfo
{
    /// <summary>Gets the handler's name.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>
    /// Gets the parameters that take arguments, in positional order. For a handler class, these are the members of its arguments. If silos
    /// differ, the parameters are those of one of them.
    /// </summary>
    [Id(1)]
    public IReadOnlyList<HandlerParameterInfo> Parameters { get; init; } = [];

    /// <summary>Gets a value indicating whether the handler takes any arguments, so that nothing is known about them.</summary>
    [Id(2)]
    public bool TakesAny { get; init; }

    /// <summary>Gets the addresses of the silos that have the handler.</summary>
    [Id(3)]
    public IReadOnlyList<string> Silos { get; init; } = [];

    /// <summary>
    /// Gets a value indicating whether the parameters are the members of one object, as in a handler class. A positional argument is then
    /// the whole object.
    /// </summary>
    [Id(4)]
    public bool TakesAll { get; init; }
}
