using System.Text.Json.Nodes;

namespace OrleansTasks.Cli.Documents;

/// <summary>Represents a task that a file declares.</summary>
internal sealed record DeclaredTask
{
    public required string Name { get; init; }

    public string? Handler { get; init; }

    public TaskSchedule? Schedule { get; init; }

    public TaskArguments? Arguments { get; init; }

    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    public TaskOptions Options { get; init; } = TaskOptions.Default;

    /// <summary>Gets whether the task must be paused. Null leaves its state unchanged.</summary>
    public bool? Paused { get; init; }

    /// <summary>Gets the body of the pause request.</summary>
    public JsonObject? Pause { get; init; }

    public string HandlerName => Handler ?? Name;

    public TaskRegistration Registration =>
        new() { Name = Name, Handler = Handler, Schedule = Schedule, Arguments = Arguments, Headers = Headers, Options = Options };
}

/// <summary>Represents the declarations in a file.</summary>
internal sealed record TaskDocument
{
    private const string SetTagPrefix = "set:";

    /// <summary>Gets the name of the task set in the file, or null if it has none.</summary>
    public string? Set { get; init; }

    public IReadOnlyList<DeclaredTask> Tasks { get; init; } = [];

    public IReadOnlyDictionary<string, RunGroup> Groups { get; init; } = new Dictionary<string, RunGroup>();

    public IReadOnlyDictionary<string, BusinessCalendar> Calendars { get; init; } = new Dictionary<string, BusinessCalendar>();

    /// <summary>Returns the tag that marks the tasks of a set.</summary>
    public static string TagOf(string set) => SetTagPrefix + set;
}
