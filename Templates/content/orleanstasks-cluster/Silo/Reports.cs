namespace Company.Tasks.Silo;

/// <summary>What a task needs comes from the container, like this.</summary>
internal sealed class Reports
{
    private int _made;

    /// <summary>Makes a report. What it returns is kept with the run, and shown in the dashboard.</summary>
    public string Make(DateTimeOffset day) => $"Report {Interlocked.Increment(ref _made)} of {day:yyyy-MM-dd}";

    /// <summary>Begins to count anew; returns how many reports there were.</summary>
    public int CleanUp() => Interlocked.Exchange(ref _made, 0);
}
