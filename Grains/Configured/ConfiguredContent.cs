using OrleansTasks.Records;

namespace OrleansTasks.Configured;

/// <summary>What configuration says, read and without faults.</summary>
internal sealed record ConfiguredContent
{
    /// <summary>The path of the section.</summary>
    public required string Path { get; init; }

    /// <summary>Its version; 0 if it has none.</summary>
    public long Version { get; init; }

    public IReadOnlyList<ConfiguredTask> Tasks { get; init; } = [];

    public IReadOnlyDictionary<string, RunGroup> Groups { get; init; } = new Dictionary<string, RunGroup>();

    public IReadOnlyDictionary<string, BusinessCalendar> Calendars { get; init; } = new Dictionary<string, BusinessCalendar>();

    /// <summary>The tasks that it names, and that are as the code says all the same.</summary>
    public IReadOnlyList<string> Kept { get; init; } = [];

    /// <summary>The fingerprint of the options of the engine, which only a start takes over.</summary>
    public string Options { get; init; } = "";

    /// <summary>The fingerprint of what is registered.</summary>
    public string Fingerprint { get; private init; } = "";

    /// <summary>The same with its fingerprint: the order in which it says things does not count.</summary>
    public ConfiguredContent Sealed() => this with
    {
        Fingerprint = Fingerprints.Of(new
        {
            Version,
            Tasks = Tasks.OrderBy(t => t.Task.Name, StringComparer.Ordinal).Select(t => t.Fingerprint()),
            Groups = Groups.OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (string[])[g.Key, Fingerprints.Of(g.Value)]),
            Calendars = Calendars.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => (string[])[c.Key, Fingerprints.Of(c.Value)]),
        }),
    };

    /// <summary>Where a task stands.</summary>
    public string PathOf(string task) => $"{Path}:Tasks:{task}";
}
