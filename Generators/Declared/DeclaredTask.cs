namespace OrleansTasks.Generators.Declared;

/// <summary>A task as its attributes say it: text only, so that two compilations can be compared.</summary>
internal sealed record DeclaredTask
{
    public required string Name { get; init; }

    /// <summary>The name in C#.</summary>
    public required string Member { get; init; }

    public required HandlerKind Kind { get; init; }

    /// <summary>The class that is the handler, or that has the method.</summary>
    public required string Type { get; init; }

    /// <summary>The method; null where the class is the handler.</summary>
    public string? Method { get; init; }

    public required EquatableArray<DeclaredParameter> Parameters { get; init; }

    /// <summary>What the method returns.</summary>
    public required string Returns { get; init; }

    /// <summary>The type of the value; null if there is none.</summary>
    public string? Value { get; init; }

    /// <summary>Code that makes the schedule; null if there is none.</summary>
    public string? Schedule { get; init; }

    /// <summary>Code that makes the options; null if there are none.</summary>
    public string? Options { get; init; }

    /// <summary>Whether other assemblies can see all that a client needs.</summary>
    public required bool IsPublic { get; init; }

    /// <summary>Whether another assembly, which has the contract, has the client as well.</summary>
    public bool HasClientElsewhere { get; init; }

    public IEnumerable<DeclaredParameter> Arguments => Parameters.Where(static p => p.IsArgument);
}

/// <summary>What is called.</summary>
internal enum HandlerKind
{
    /// <summary>A class with <c>ITaskHandler</c>.</summary>
    Class,

    /// <summary>A static method.</summary>
    StaticMethod,

    /// <summary>A method of a class that is made for each run.</summary>
    InstanceMethod,

    /// <summary>A method of a contract, which some class elsewhere implements.</summary>
    Contract,
}

/// <summary>A parameter of a handler.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Attributes">Its attributes that say what fills it, as code.</param>
/// <param name="Default">Its default, as code; null if it has none.</param>
/// <param name="IsParams">Whether it takes the rest.</param>
/// <param name="IsArgument">Whether callers fill it.</param>
/// <param name="IsAll">Whether it is <c>TaskArguments</c>, which is all of them.</param>
internal sealed record DeclaredParameter(string Name, string Type, string Attributes, string? Default, bool IsParams, bool IsArgument, bool IsAll);

/// <summary>What of a compilation decides what is written.</summary>
/// <param name="Assembly">The assembly's name.</param>
/// <param name="Namespace">The namespace of what callers name.</param>
/// <param name="HasServer">Whether it knows the engine, and can define tasks.</param>
/// <param name="IsLibrary">Whether other assemblies can call it.</param>
/// <param name="HasExtensionMembers">Whether its language has extension properties.</param>
internal sealed record DeclaringAssembly(string Assembly, string Namespace, bool HasServer, bool IsLibrary, bool HasExtensionMembers);
