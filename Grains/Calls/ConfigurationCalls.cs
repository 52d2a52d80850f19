using OrleansTasks.Records;

namespace OrleansTasks.Calls;

/// <summary>What a silo's configuration says, as partition 0 is asked whether it is to be in force.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.ConfigurationOffer")]
internal sealed record ConfigurationOffer
{
    /// <summary>The fingerprint of all that it says.</summary>
    [Id(0)]
    public required string Content { get; init; }

    /// <summary>Its own version; 0 if it has none.</summary>
    [Id(1)]
    public long Version { get; init; }

    /// <summary>Whether that silo has offered it before: then it is for a registry that has lost what was stored, or has taken one with a lower version since, and replaces none of its own version.</summary>
    [Id(2)]
    public bool Again { get; init; }

    /// <summary>The business calendars that it sets.</summary>
    [Id(3)]
    public IReadOnlyDictionary<string, BusinessCalendar> Calendars { get; init; } = new Dictionary<string, BusinessCalendar>();

    /// <summary>The business calendars that its tasks observe.</summary>
    [Id(4)]
    public IReadOnlyList<string> Observed { get; init; } = [];

    /// <summary>The groups whose limits it sets, with the fingerprints of these.</summary>
    [Id(5)]
    public IReadOnlyDictionary<string, string> Groups { get; init; } = new Dictionary<string, string>();
}

/// <summary>What partition 0 says to an offer.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.ConfigurationTurn")]
internal sealed record ConfigurationTurn
{
    /// <summary>Its place in the order of configurations; 0 if it is not to be in force.</summary>
    [Id(0)]
    public long Number { get; init; }

    /// <summary>Where it is not to be in force, the version of the one that is.</summary>
    [Id(1)]
    public long Version { get; init; }

    /// <summary>The business calendars that its tasks observe and nobody has; nothing was changed then.</summary>
    [Id(2)]
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>The groups whose limits configuration has set so far, with the fingerprints of these; an empty one where it is not known which were set.</summary>
    [Id(3)]
    public IReadOnlyDictionary<string, string> Groups { get; init; } = new Dictionary<string, string>();
}

/// <summary>What configuration says of the tasks of one partition.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.PartitionConfiguration")]
internal sealed record PartitionConfiguration
{
    /// <summary>Its place in the order of configurations.</summary>
    [Id(0)]
    public long Number { get; init; }

    /// <summary>All tasks that it names.</summary>
    [Id(1)]
    public IReadOnlyList<ConfiguredTask> Tasks { get; init; } = [];

    /// <summary>What code says of tasks that it does not name: they go back to that.</summary>
    [Id(2)]
    public IReadOnlyList<TaskDefinition> Code { get; init; } = [];
}

/// <summary>What came of it.</summary>
/// <param name="Added">The tasks that are new, or live again.</param>
/// <param name="Changed">The tasks that were changed.</param>
/// <param name="Removed">The tasks that were cancelled, because it names them no more.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.ConfigurationReply")]
internal sealed record ConfigurationReply([property: Id(0)] IReadOnlyList<string> Added, [property: Id(1)] IReadOnlyList<string> Changed, [property: Id(2)] IReadOnlyList<string> Removed)
{
    public static ConfigurationReply Nothing { get; } = new([], [], []);
}
