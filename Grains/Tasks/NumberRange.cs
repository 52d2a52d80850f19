namespace OrleansTasks.Tasks;

/// <summary>Consecutive sequence numbers.</summary>
/// <param name="First">The first.</param>
/// <param name="Last">The last.</param>
internal readonly record struct NumberRange(long First, long Last)
{
    public long Count => Last - First + 1;

    /// <summary>Whether a number is among these.</summary>
    public bool Has(long number) => First <= number && number <= Last;

    public override string ToString() => First == Last ? $"{First}" : $"{First} to {Last}";

    /// <summary>Ranges as they are stored: first and last numbers in turn.</summary>
    public static IEnumerable<NumberRange> Of(long[] stored) => stored.Chunk(2).Select(static r => new NumberRange(r[0], r[1]));

    /// <summary>The same to be stored.</summary>
    public static long[] ToStored(IEnumerable<NumberRange> ranges) => [.. ranges.SelectMany(static r => new[] { r.First, r.Last })];
}
