namespace Company.Tasks;

/// <summary>Provides a service to tasks. Handlers get what they need from the container, like this class.</summary>
internal sealed class Reports
{
    private int _made;

    /// <summary>Makes a report. The returned value is stored with the run, and the dashboard shows it.</summary>
    public string Make(DateTimeOffset day) => $"Report {Interlocked.Increment(ref _made)} of {day:yyyy-MM-dd}";

    /// <summary>Resets the count and returns its last value.</summary>
    public int CleanUp() => Interlocked.Exchange(ref _made, 0);
}
