namespace OrleansTasks;

/// <summary>
/// Defines how long, and how many, ended runs are kept for searches. The limit that is reached first applies. The oldest runs are removed
/// first.
/// </summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunRetention")]
public sealed record RunRetention
{
    /// <summary>Gets the default for runs that succeeded: 1 day, 50,000 runs and 64 MiB for each task.</summary>
    public static RunRetention Succeeded { get; } = new();

    /// <summary>
    /// Gets the default for runs that failed, timed out, expired, were lost or were cancelled: 14 days, 50,000 runs and 64 MiB for each
    /// task.
    /// </summary>
    public static RunRetention Other { get; } = new() { Age = TimeSpan.FromDays(14) };

    /// <summary>
    /// Gets how long a run is kept after its end. Default: 1 day for runs that succeeded, 14 days for others. Range: zero, which keeps
    /// none, to 3,650 days.
    /// </summary>
    [Id(0)]
    public TimeSpan Age { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Gets the maximum number of runs for each task. Default: 50,000. Range: zero, which keeps none, to 10,000,000.</summary>
    [Id(1)]
    public int MaxRuns { get; init; } = 50_000;

    /// <summary>Gets the maximum size of the runs of each task in storage, in bytes. Default: 64 MiB. Range: from 64 KiB.</summary>
    [Id(2)]
    public long MaxBytes { get; init; } = 64 << 20;

    /// <summary>Returns the faults.</summary>
    internal IEnumerable<string> Faults(string name)
    {
        if (Age < TimeSpan.Zero || Age > TimeSpan.FromDays(3650))
        {
            yield return $"{name}.Age is {Age}; zero to 3,650 days are allowed.";
        }

        if (MaxRuns is < 0 or > 10_000_000)
        {
            yield return $"{name}.MaxRuns is {MaxRuns}; 0 to 10,000,000 are allowed.";
        }

        if (MaxBytes < 64 << 10)
        {
            yield return $"{name}.MaxBytes is {MaxBytes}; at least 65,536 is required.";
        }
    }
}
