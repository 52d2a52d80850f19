namespace OrleansTasks;

/// <summary>Limits the number of starts within any period of a given length.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RateLimit")]
public sealed record RateLimit
{
    /// <summary>Gets the maximum number of starts. Range: 1 to 10,000.</summary>
    [Id(0)]
    public required int Runs { get; init; }

    /// <summary>Gets the length of the period. Range: 1 ms to 1 day.</summary>
    [Id(1)]
    public required TimeSpan Period { get; init; }

    internal IEnumerable<string> Faults(string name)
    {
        if (Runs is < 1 or > 10_000)
        {
            yield return $"{name}.Runs is {Runs}; 1 to 10000 are allowed.";
        }

        if (Period < TimeSpan.FromMilliseconds(1) || Period > TimeSpan.FromDays(1))
        {
            yield return $"{name}.Period is {Period}; 1 ms to 1 day are allowed.";
        }
    }
}
