using Microsoft.CodeAnalysis;

namespace OrleansTasks.Generators.Checks;

/// <summary>What the analyzers say. Each has a section in docs/diagnostics.md.</summary>
public static class Diagnostics
{
    private const string Category = "OrleansTasks";

    /// <summary>A cron expression is not valid, or never occurs.</summary>
    public static readonly DiagnosticDescriptor Cron = Error("OTASK001", "Cron expression is not valid");

    /// <summary>A recurrence rule is not valid, or never occurs.</summary>
    public static readonly DiagnosticDescriptor Rule = Error("OTASK002", "Recurrence rule is not valid");

    /// <summary>A time zone is not known.</summary>
    public static readonly DiagnosticDescriptor Zone = Error("OTASK003", "Time zone is not known");

    /// <summary>A span of time or a number is not valid, or out of range.</summary>
    public static readonly DiagnosticDescriptor Option = Error("OTASK004", "Option is not valid");

    /// <summary>A name is none that a task or a group may have.</summary>
    public static readonly DiagnosticDescriptor Name = Error("OTASK005", "Name is not valid");

    /// <summary>Two tasks have one name.</summary>
    public static readonly DiagnosticDescriptor Twice = Error("OTASK006", "Two tasks have one name", WellKnownDiagnosticTags.CompilationEnd);

    /// <summary>Nothing can fill a parameter.</summary>
    public static readonly DiagnosticDescriptor Parameter = Error("OTASK007", "Nothing can fill a parameter of a handler");

    /// <summary>What a handler returns is refused.</summary>
    public static readonly DiagnosticDescriptor Returns = Error("OTASK008", "Handler returns what no task can return");

    /// <summary>A handler cannot be called or made.</summary>
    public static readonly DiagnosticDescriptor Handler = Error("OTASK009", "Handler cannot be called");

    /// <summary>A handler waits for a run of its own task.</summary>
    public static readonly DiagnosticDescriptor Itself = Warning("OTASK010", "Handler waits for a run of its own task");

    /// <summary>No handler has the name that is called.</summary>
    public static readonly DiagnosticDescriptor Unknown = new(
        "OTASK011", "No handler of this project has the name", "{0}", Category, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: Help("OTASK011"),
        customTags: WellKnownDiagnosticTags.CompilationEnd);

    /// <summary>A thread is blocked until a run has ended.</summary>
    public static readonly DiagnosticDescriptor Blocking = Warning("OTASK012", "Thread is blocked until a call of a task client has ended");

    /// <summary>A secret is an argument.</summary>
    public static readonly DiagnosticDescriptor Secret = Warning("OTASK013", "Secret is written among arguments");

    /// <summary>An attribute is for tasks, and there is none.</summary>
    public static readonly DiagnosticDescriptor NoTask = Warning("OTASK014", "Attribute does nothing without [Task]");

    /// <summary>Gets all of them.</summary>
    public static IReadOnlyList<DiagnosticDescriptor> All { get; } = [Cron, Rule, Zone, Option, Name, Twice, Parameter, Returns, Handler, Itself, Unknown, Blocking, Secret, NoTask];

    private static DiagnosticDescriptor Error(string id, string title, params string[] tags) =>
        new(id, title, "{0}", Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Help(id), customTags: tags);

    private static DiagnosticDescriptor Warning(string id, string title) =>
        new(id, title, "{0}", Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help(id));

    private static string Help(string id) => $"docs/diagnostics.md#{id.ToLowerInvariant()}";
}
