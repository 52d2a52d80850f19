using OrleansTasks.Records;

namespace OrleansTasks.Calls;

/// <summary>Asks partition 0 whether a silo's configuration takes effect.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.ConfigurationOffer")]
internal sealed record ConfigurationOffer
{
    /// <summary>Gets the fingerprint of its whole content.</summary>
    [Id(0)]
    public required string Content { get; init; }

    /// <summary>Gets its own version, or 0 if it has none.</summary>
    [Id(1)]
    public long Version { get; init; }

    /// <summary>
    /// Gets whether that silo has offered it before. Then it is meant for a registry that has lost its storage, or has accepted a lower
    /// version since. It does not replace one of the same version.
    /// </summary>
    [Id(2)]
    public bool Again { get; init; }

    /// <summary>Gets the business calendars that it sets.</summary>
    [Id(3)]
    public IReadOnlyDictionary<string, BusinessCalendar> Calendars { get; init; } = new Dictionary<string, BusinessCalendar>();

    /// <summary>Gets the business calendars that its tasks observe.</summary>
    [Id(4)]
    public IReadOnlyList<string> Observed { get; init; } = [];

    /// <summary>Gets the groups whose limits it sets, with the fingerprints of the limits.</summary>
    [Id(5)]
    public IReadOnlyDictionary<string, string> Groups { get; init; } = new Dictionary<string, string>();
}

/// <summary>Represents the answer of partition 0 to an offer.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.ConfigurationTurn")]
internal sealed record ConfigurationTurn
{
    /// <summary>Gets its place in the order of configurations, or 0 if it does not take effect.</summary>
    [Id(0)]
    public long Number { get; init; }

    /// <summary>Gets the version of the configuration that is in force, if this one does not take effect.</summary>
    [Id(1)]
    public long Version { get; init; }

    /// <summary>Gets the business calendars that its tasks observe but that do not exist. Nothing was changed then.</summary>
    [Id(2)]
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>
    /// Gets the groups whose limits configuration has set so far, with the fingerprints of the limits. A fingerprint is empty if it is not
    /// known which limits were set.
    /// </summary>
    [Id(3)]
    public IReadOnlyDictionary<string, string> Groups { get; init; } = new Dictionary<string, string>();
}

/// <summary>Contains what configuration says about the tasks of one partition.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.PartitionConfiguration")]
internal sealed record PartitionConfiguration
{
    /// <summary>Gets its place in the order of configurations.</summary>
    [Id(0)]
    public long Number { get; init; }

    /// <summary>Gets all tasks that it names.</summary>
    [Id(1)]
    public IReadOnlyList<ConfiguredTask> Tasks { get; init; } = [];

    /// <summary>Gets the code's definitions of tasks that it does not name. These tasks return to the definitions.</summary>
    [Id(2)]
    public IReadOnlyList<TaskDefinition> Code { get; init; } = [];
}

/// <summary>Represents the effect of a configuration.</summary>
/// <param name="Added">The tasks that are new, or registered again.</param>
/// <param name="Changed">The tasks that were changed.</param>
/// <param name="Removed">The tasks that were cancelled, because it no longer names them.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.ConfigurationReply")]
internal sealed record ConfigurationReply([property: Id(0)] IReadOnlyList<string> Added, [property: Id(1)] IReadOnlyList<string> Changed,
    [property: Id(2)] IReadOnlyList<string> Removed)
{
    public static ConfigurationReply Nothing { get; } = new([], [], []);
}
