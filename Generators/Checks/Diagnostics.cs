using Microsoft.CodeAnalysis;

namespace OrleansTasks.Generators.Checks;

/// <summary>Defines the diagnostics of the analyzers. Each has a section in docs/diagnostics.md.</summary>
public static class Diagnostics
{
    private const string Category = "OrleansTasks";

    /// <summary>A cron expression is not valid, or never occurs.</summary>
    public static readonly DiagnosticDescriptor Cron = Error("OTASK001", "Cron expression is not valid");

    /// <summary>A recurrence rule is not valid, or never occurs.</summary>
    public static readonly DiagnosticDescriptor Rule = Error("OTASK002", "Recurrence rule is not valid");

    /// <summary>A time zone is unknown.</summary>
    public static readonly DiagnosticDescriptor Zone = Error("OTASK003", "Time zone is unknown");

    /// <summary>A duration or a number is not valid, or is out of range.</summary>
    public static readonly DiagnosticDescriptor Option = Error("OTASK004", "Option is not valid");

    /// <summary>The name of a task or group is not valid.</summary>
    public static readonly DiagnosticDescriptor Name = Error("OTASK005", "Name is not valid");

    /// <summary>Two handlers have the same task name.</summary>
    public static readonly DiagnosticDescriptor Twice = Error("OTASK006", "Task name is defined twice",
        WellKnownDiagnosticTags.CompilationEnd);

    /// <summary>A parameter of a handler cannot be bound.</summary>
    public static readonly DiagnosticDescriptor Parameter = Error("OTASK007", "Handler parameter cannot be bound");

    /// <summary>The return type of a handler is not supported.</summary>
    public static readonly DiagnosticDescriptor Returns = Error("OTASK008", "Return type is not supported");

    /// <summary>A handler cannot be called, or its class cannot be instantiated.</summary>
    public static readonly DiagnosticDescriptor Handler = Error("OTASK009", "Handler cannot be called");

    /// <summary>A handler waits for a run of its own task.</summary>
    public static readonly DiagnosticDescriptor Itself = Warning("OTASK010", "Handler waits for a run of its own task");

    /// <summary>No handler has the task name that a call uses.</summary>
    public static readonly DiagnosticDescriptor Unknown = new(
        "OTASK011", "Task is not defined in this project", "{0}", Category, DiagnosticSeverity.Info, isEnabledByDefault: true,
        helpLinkUri: Help("OTASK011"),
        customTags: WellKnownDiagnosticTags.CompilationEnd);

    /// <summary>A call of the client blocks a thread.</summary>
    public static readonly DiagnosticDescriptor Blocking = Warning("OTASK012", "Call of the task client blocks a thread");

    /// <summary>An argument looks like a secret.</summary>
    public static readonly DiagnosticDescriptor Secret = Warning("OTASK013", "Argument looks like a secret");

    /// <summary>An attribute for tasks is applied to something that is not a task.</summary>
    public static readonly DiagnosticDescriptor NoTask = Warning("OTASK014", "Attribute has no effect without [Task]");

    /// <summary>Gets all diagnostics.</summary>
    public static IReadOnlyList<DiagnosticDescriptor> All { get; } = [Cron, Rule, Zone, Option, Name, Twice, Parameter, Returns, Handler,
        Itself, Unknown, Blocking, Secret, NoTask];

    private static DiagnosticDescriptor Error(string id, string title, params string[] tags) =>
        new(id, title, "{0}", Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Help(id), customTags: tags);

    private static DiagnosticDescriptor Warning(string id, string title) =>
        new(id, title, "{0}", Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help(id));

    private static string Help(string id) => $"docs/diagnostics.md#{id.ToLowerInvariant()}";
}
