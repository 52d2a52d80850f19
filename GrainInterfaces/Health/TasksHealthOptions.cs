namespace OrleansTasks;

/// <summary>Defines the settings of the health checks of tasks.</summary>
public sealed class TasksHealthOptions
{
    /// <summary>
    /// Gets or sets how long a partition may take to answer. Default: 3 s. Range: 100 ms to 1 minute. The timeout of the probe must be
    /// longer.
    /// </summary>
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Gets or sets how long storage may fail before the check reports unhealthy. Until then it reports degraded, which counts as ready.
    /// Default: 10 s. Range: 0 to 1 hour. Failed writes are retried meanwhile.
    /// </summary>
    public TimeSpan StorageWrittenWithin { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets how long an answer is reused for further probes. Default: 1 s. Range: 0 to 1 minute. The cost for the cluster does not
    /// depend on the number of probes.
    /// </summary>
    public TimeSpan KeptFor { get; set; } = TimeSpan.FromSeconds(1);

    internal IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        Check(nameof(AnswerWithin), AnswerWithin, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        Check(nameof(StorageWrittenWithin), StorageWrittenWithin, TimeSpan.Zero, TimeSpan.FromHours(1));
        Check(nameof(KeptFor), KeptFor, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        return faults;

        void Check(string name, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
            {
                faults.Add($"{nameof(TasksHealthOptions)}.{name} is {value}; {least} to {most} are allowed.");
            }
        }
    }
}
