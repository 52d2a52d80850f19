namespace OrleansTasks.Schedules;

/// <summary>The business calendars that a schedule observes besides its first one. A value: equal if the names and calendars are.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.OtherCalendars")]
internal sealed record OtherCalendars([property: Id(0)] IReadOnlyList<string> Names)
{
    /// <summary>The calendars of those names; null until resolved.</summary>
    [Id(1)]
    public IReadOnlyList<BusinessCalendar>? Days { get; init; }

    public bool Equals(OtherCalendars? other) =>
        other is not null && Names.SequenceEqual(other.Names) && (Days is null ? other.Days is null : other.Days is not null && Days.SequenceEqual(other.Days));

    public override int GetHashCode() => Names.Aggregate(Days?.Count ?? -1, HashCode.Combine);
}
