namespace OrleansTasks.Runs;

/// <summary>Says which of the asks for a run's place in a group is meant, so that one which comes late is known for that.</summary>
/// <param name="Term">Counts the activations that have owned the run's task; 0 if it is not known: then no ask is taken for a late one.</param>
/// <param name="Ask">Counts the asks of that activation; 0 for the place of a run that it has found under way.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.PlaceMark")]
internal readonly record struct PlaceMark([property: Id(0)] long Term, [property: Id(1)] long Ask) : IComparable<PlaceMark>
{
    /// <summary>Whether a later ask than this one is known.</summary>
    public bool IsBefore(PlaceMark known) => Term != 0 && CompareTo(known) < 0;

    /// <summary>The later one.</summary>
    public PlaceMark Or(PlaceMark other) => CompareTo(other) < 0 ? other : this;

    public int CompareTo(PlaceMark other) => Term != other.Term ? Term.CompareTo(other.Term) : Ask.CompareTo(other.Ask);
}
