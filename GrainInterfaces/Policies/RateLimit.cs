namespace OrleansTasks;

/// <summary>At most so many in any period of so long.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RateLimit")]
public sealed record RateLimit
{
    /// <summary>How many. Range: 1 to 10,000.</summary>
    [Id(0)]
    public required int Runs { get; init; }

    /// <summary>In how long. Range: 1 ms to 1 day.</summary>
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
