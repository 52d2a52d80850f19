using System.Text.Json.Nodes;

namespace OrleansTasks.Cli.Documents;

/// <summary>A task as a file declares it.</summary>
internal sealed record DeclaredTask
{
    public required string Name { get; init; }

    public string? Handler { get; init; }

    public TaskSchedule? Schedule { get; init; }

    public TaskArguments? Arguments { get; init; }

    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    public TaskOptions Options { get; init; } = TaskOptions.Default;

    /// <summary>True: it is to be paused. False: it is not. Null: that is left as it is.</summary>
    public bool? Paused { get; init; }

    /// <summary>The body of the pause.</summary>
    public JsonObject? Pause { get; init; }

    public string HandlerName => Handler ?? Name;

    public TaskRegistration Registration => new() { Name = Name, Handler = Handler, Schedule = Schedule, Arguments = Arguments, Headers = Headers, Options = Options };
}

/// <summary>What a file declares.</summary>
internal sealed record TaskDocument
{
    private const string SetTagPrefix = "set:";

    /// <summary>The name of the set of tasks that the file has; null if it has none.</summary>
    public string? Set { get; init; }

    public IReadOnlyList<DeclaredTask> Tasks { get; init; } = [];

    public IReadOnlyDictionary<string, RunGroup> Groups { get; init; } = new Dictionary<string, RunGroup>();

    public IReadOnlyDictionary<string, BusinessCalendar> Calendars { get; init; } = new Dictionary<string, BusinessCalendar>();

    /// <summary>The tag that tasks of a set have.</summary>
    public static string TagOf(string set) => SetTagPrefix + set;
}
