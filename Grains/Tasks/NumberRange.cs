namespace OrleansTasks.Tasks;

/// <summary>Represents consecutive sequence numbers.</summary>
/// <param name="First">The first number.</param>
/// <param name="Last">The last number.</param>
internal readonly record struct NumberRange(long First, long Last)
{
    public long Count => Last - First + 1;

    /// <summary>Returns whether a number is in the range.</summary>
    public bool Has(long number) => First <= number && number <= Last;

    public override string ToString() => First == Last ? $"{First}" : $"{First} to {Last}";

    /// <summary>Reads stored ranges: first and last numbers in turn.</summary>
    public static IEnumerable<NumberRange> Of(long[] stored) => stored.Chunk(2).Select(static r => new NumberRange(r[0], r[1]));

    /// <summary>Converts ranges to their stored form.</summary>
    public static long[] ToStored(IEnumerable<NumberRange> ranges) => [.. ranges.SelectMany(static r => new[] { r.First, r.Last })];
}
