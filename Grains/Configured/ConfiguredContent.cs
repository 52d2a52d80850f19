using OrleansTasks.Records;

namespace OrleansTasks.Configured;

/// <summary>What configuration says, read and without faults.</summary>
internal sealed record ConfiguredContent
{
    private readonly HashSet<string> _names = [];

    /// <summary>The path of the section.</summary>
    public required string Path { get; init; }

    /// <summary>Its version; 0 if it has none.</summary>
    public long Version { get; init; }

    /// <summary>Whether it says which tasks there are, be it none. Where it does not, tasks of other configurations stay.</summary>
    public bool SaysTasks { get; init; }

    /// <summary>Whether it says anything of tasks, groups or calendars. One that does not is not there, as a file that is missing or broken is not.</summary>
    public bool SaysAnything { get; init; }

    public IReadOnlyList<ConfiguredTask> Tasks
    {
        get;
        init => (field, _names) = (value, value.Select(static t => t.Task.Name).ToHashSet(StringComparer.Ordinal));
    }

    = [];

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
            Tasks = !SaysTasks ? null : Tasks.OrderBy(t => t.Task.Name, StringComparer.Ordinal).Select(t => t.Fingerprint()),
            Groups = Groups.OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (string[])[g.Key, Fingerprints.Of(g.Value)]),
            Calendars = Calendars.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => (string[])[c.Key, Fingerprints.Of(c.Value)]),
        }),
    };

    /// <summary>What is missing of it, if another one was taken before: what was said there would be gone because of a file that is missing, empty or broken.</summary>
    /// <returns>The fault with its path; null if nothing is missing.</returns>
    public string? MissingAfter(ConfiguredContent before)
    {
        var tasks = before.Tasks.Count + before.Kept.Count;
        return !SaysTasks && tasks > 0
            ? $"{Path}:Tasks: It is missing, but the configuration in force has {tasks} tasks. A file may be missing, empty or damaged. "
                + $"To remove all tasks, write an empty section: \"Tasks\": {{}}."
            : !SaysAnything && before.Groups.Count + before.Calendars.Count > 0
            ? $"{Path}: Groups and calendars are missing, but the configuration in force has "
                + $"{before.Groups.Count + before.Calendars.Count}. A file may be missing, empty or damaged. To remove all of them, write "
                    + $"an empty section: \"Groups\": {{}}."
            : null;
    }

    /// <summary>Whether it says what a task is.</summary>
    public bool Names(string task) => _names.Contains(task);

    /// <summary>Where a task stands.</summary>
    public string PathOf(string task) => $"{Path}:Tasks:{task}";
}
