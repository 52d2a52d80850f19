namespace OrleansTasks;

/// <summary>For how long runs that have ended are kept for searches, and how many of them. What comes first holds; the oldest are removed first.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunRetention")]
public sealed record RunRetention
{
    /// <summary>What holds for runs that succeeded where nothing else is set: a day, 50,000 runs and 64 MiB for each task.</summary>
    public static RunRetention Succeeded { get; } = new();

    /// <summary>What holds for runs that failed, timed out, expired, were lost or cancelled where nothing else is set: two weeks, 50,000 runs and 64 MiB for each task.</summary>
    public static RunRetention Other { get; } = new() { Age = TimeSpan.FromDays(14) };

    /// <summary>How long after its end a run is kept. Default: 1 day for runs that succeeded, 14 days for others. Range: zero, for not at all, to 3,650 days.</summary>
    [Id(0)]
    public TimeSpan Age { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The greatest number of them for each task. Default: 50,000. Range: zero, for none, to 10,000,000.</summary>
    [Id(1)]
    public int MaxRuns { get; init; } = 50_000;

    /// <summary>How many bytes they may take in storage for each task. Default: 64 MiB. Range: from 64 KiB.</summary>
    [Id(2)]
    public long MaxBytes { get; init; } = 64 << 20;

    /// <summary>What is wrong with it.</summary>
    internal IEnumerable<string> Faults(string name)
    {
        if (Age < TimeSpan.Zero || Age > TimeSpan.FromDays(3650))
        {
            yield return $"{name}.Age is {Age}; it is from zero to 3,650 days.";
        }

        if (MaxRuns is < 0 or > 10_000_000)
        {
            yield return $"{name}.MaxRuns is {MaxRuns}; it is from 0 to 10,000,000.";
        }

        if (MaxBytes < 64 << 10)
        {
            yield return $"{name}.MaxBytes is {MaxBytes}; it is at least 65,536.";
        }
    }
}
