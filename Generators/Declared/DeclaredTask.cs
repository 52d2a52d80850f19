namespace OrleansTasks.Generators.Declared;

/// <summary>Represents a task that attributes declare. It contains only text, so that the generator can compare two compilations.</summary>
internal sealed record DeclaredTask
{
    public required string Name { get; init; }

    /// <summary>Gets the name of the member in generated code.</summary>
    public required string Member { get; init; }

    public required HandlerKind Kind { get; init; }

    /// <summary>Gets the class that is the handler or contains the method.</summary>
    public required string Type { get; init; }

    /// <summary>Gets the method, or null if the class is the handler.</summary>
    public string? Method { get; init; }

    public required EquatableArray<DeclaredParameter> Parameters { get; init; }

    /// <summary>Gets the return type of the method.</summary>
    public required string Returns { get; init; }

    /// <summary>Gets the type of the value, or null if the task has none.</summary>
    public string? Value { get; init; }

    /// <summary>Gets the type of the value as <c>typeof</c> takes it, or null if the task has none.</summary>
    public string? PlainValue { get; init; }

    /// <summary>Gets the code that creates the schedule, or null if the task has none.</summary>
    public string? Schedule { get; init; }

    /// <summary>Gets the code that creates the options, or null if the task has none.</summary>
    public string? Options { get; init; }

    /// <summary>Gets whether other assemblies can access all types that a client needs.</summary>
    public required bool IsPublic { get; init; }

    /// <summary>Gets whether another assembly, which has the contract, also has the client.</summary>
    public bool HasClientElsewhere { get; init; }

    public IEnumerable<DeclaredParameter> Arguments => Parameters.Where(static p => p.IsArgument);
}

/// <summary>Specifies what the generated code calls.</summary>
internal enum HandlerKind
{
    /// <summary>A class that implements <c>ITaskHandler</c>.</summary>
    Class,

    /// <summary>A static method.</summary>
    StaticMethod,

    /// <summary>A method of a class that is instantiated for each run.</summary>
    InstanceMethod,

    /// <summary>A method of a contract that a class in another assembly implements.</summary>
    Contract,
}

/// <summary>Represents a parameter of a handler.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Attributes">The attributes that select the source of its value, as code.</param>
/// <param name="Default">Its default value as code, or null if it has none.</param>
/// <param name="IsParams">Whether it is a <c>params</c> parameter.</param>
/// <param name="IsArgument">Whether its value comes from the arguments of the call.</param>
/// <param name="IsAll">Whether it is of type <c>TaskArguments</c>, which contains all arguments.</param>
/// <param name="PlainType">Its type as <c>typeof</c> takes it.</param>
internal sealed record DeclaredParameter(
    string Name, string Type, string Attributes, string? Default, bool IsParams, bool IsArgument, bool IsAll, string PlainType);

/// <summary>Represents the facts about a compilation that decide what is generated.</summary>
/// <param name="Assembly">The assembly's name.</param>
/// <param name="Namespace">The namespace of the generated client.</param>
/// <param name="HasServer">Whether the assembly references the engine and can define tasks.</param>
/// <param name="IsLibrary">Whether other assemblies can call it.</param>
/// <param name="HasExtensionMembers">Whether its language version has extension properties.</param>
internal sealed record DeclaringAssembly(string Assembly, string Namespace, bool HasServer, bool IsLibrary, bool HasExtensionMembers);
