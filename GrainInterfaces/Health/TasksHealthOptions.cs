namespace OrleansTasks;

/// <summary>Settings of the health checks of tasks.</summary>
public sealed class TasksHealthOptions
{
    /// <summary>How long a partition may take to answer. Default: 3 s. Range: 100 ms to 1 minute. Let whoever asks for the check wait longer than this.</summary>
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long storage may fail before the check says not ready; before that it says degraded, which is ready. Default: 10 s. Range: 0 to 1 hour. What is to be stored is tried again meanwhile.
    /// </summary>
    public TimeSpan StorageWrittenWithin { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>For how long an answer serves those who ask after it. Default: 1 s. Range: 0 to 1 minute. So it costs the cluster the same however many probes there are.</summary>
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
