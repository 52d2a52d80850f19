namespace OrleansTasks.Runs;

/// <summary>Identifies one of the requests for a run's place in a group, so that a late one is recognized.</summary>
/// <param name="Term">The number of activations that have owned the run's task. If it is 0, it is unknown, and no request counts as
/// late.</param>
/// <param name="Ask">The number of the request among those of that activation; 0 for the place of a run that the activation found in
/// progress.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.PlaceMark")]
internal readonly record struct PlaceMark([property: Id(0)] long Term, [property: Id(1)] long Ask) : IComparable<PlaceMark>
{
    /// <summary>Returns whether a later request than this one is known.</summary>
    public bool IsBefore(PlaceMark known) => Term != 0 && CompareTo(known) < 0;

    /// <summary>Returns the later one.</summary>
    public PlaceMark Or(PlaceMark other) => CompareTo(other) < 0 ? other : this;

    public int CompareTo(PlaceMark other) => Term != other.Term ? Term.CompareTo(other.Term) : Ask.CompareTo(other.Ask);
}
