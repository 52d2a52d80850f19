namespace OrleansTasks.Schedules;

/// <summary>
/// Contains the business calendars that a schedule observes besides its first one. It has value equality: equal names and calendars make it
/// equal.
/// </summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.OtherCalendars")]
internal sealed record OtherCalendars([property: Id(0)] IReadOnlyList<string> Names)
{
    /// <summary>Gets the calendars of these names, or null until resolved.</summary>
    [Id(1)]
    public IReadOnlyList<BusinessCalendar>? Days { get; init; }

    public bool Equals(OtherCalendars? other) =>
        other is not null && Names.SequenceEqual(other.Names)
            && (Days is null ? other.Days is null : other.Days is not null && Days.SequenceEqual(other.Days));

    public override int GetHashCode() => Names.Aggregate(Days?.Count ?? -1, HashCode.Combine);
}
