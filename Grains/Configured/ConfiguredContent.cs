using OrleansTasks.Records;

namespace OrleansTasks.Configured;

/// <summary>Contains the content of configuration, read and without faults.</summary>
internal sealed record ConfiguredContent
{
    private readonly HashSet<string> _names = [];

    /// <summary>Gets the path of the section.</summary>
    public required string Path { get; init; }

    /// <summary>Gets its version, or 0 if it has none.</summary>
    public long Version { get; init; }

    /// <summary>Gets whether it lists tasks, even if the list is empty. If it does not, tasks of other configurations stay.</summary>
    public bool SaysTasks { get; init; }

    /// <summary>
    /// Gets whether it says anything about tasks, groups or calendars. If it does not, it is treated as missing, like a file that is
    /// missing or broken.
    /// </summary>
    public bool SaysAnything { get; init; }

    public IReadOnlyList<ConfiguredTask> Tasks
    {
        get;
        init => (field, _names) = (value, value.Select(static t => t.Task.Name).ToHashSet(StringComparer.Ordinal));
    }

    = [];

    public IReadOnlyDictionary<string, RunGroup> Groups { get; init; } = new Dictionary<string, RunGroup>();

    public IReadOnlyDictionary<string, BusinessCalendar> Calendars { get; init; } = new Dictionary<string, BusinessCalendar>();

    /// <summary>Gets the tasks that it names, but that are as the code says.</summary>
    public IReadOnlyList<string> Kept { get; init; } = [];

    /// <summary>Gets the fingerprint of the options of the engine, which only take effect at a start.</summary>
    public string Options { get; init; } = "";

    /// <summary>Gets the fingerprint of what is registered.</summary>
    public string Fingerprint { get; private init; } = "";

    /// <summary>Returns a copy with its fingerprint, which does not depend on the order of the content.</summary>
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

    /// <summary>
    /// Determines what is missing compared with an earlier configuration. Its tasks would be lost because of a file that is missing, empty
    /// or broken.
    /// </summary>
    /// <returns>The fault with its path, or null if nothing is missing.</returns>
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

    /// <summary>Decides whether it defines a task.</summary>
    public bool Names(string task) => _names.Contains(task);

    /// <summary>Returns the path of a task.</summary>
    public string PathOf(string task) => $"{Path}:Tasks:{task}";
}
