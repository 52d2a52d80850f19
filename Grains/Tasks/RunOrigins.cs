namespace OrleansTasks.Tasks;

/// <summary>How a task's runs come to be without anybody asking for them now: as occurrences, and because they are stored. The parts that see to it, put together.</summary>
internal sealed class RunOrigins
{
    /// <param name="context">What all parts of the task share.</param>
    /// <param name="generator">Which occurrences the grain looks after.</param>
    /// <param name="records">What runs come to.</param>
    /// <param name="course">How runs start and end.</param>
    /// <param name="signals">Is told when a run is not made after all, and when a pause is over.</param>
    public RunOrigins(TaskContext context, OccurrenceGenerator generator, TaskRecords records, RunCourse course, ITaskSignals signals)
    {
        var (accounts, results) = (records.Accounts, records.Results);
        Generator = generator;
        Claimer = new OccurrenceClaimer(context, accounts, course.Moves, results, course.Remote, course.Ends, course.Starts, signals);
        Gate = new OverlapGate(context, accounts, course.Moves, Claimer, course.Starts, course.Stops);
        Stored = new StoredRuns(context, results, records.Pipeline, course.Ends, Gate);
        Makeup = new OccurrenceMakeup(context, accounts, results, Stored);
        Occurrences = new OccurrenceFlow(context, generator, accounts, results, Makeup, course.Moves, Claimer, Gate, course.Ends, course.Starts, course.Line, signals);
    }

    /// <summary>Which occurrences the grain looks after.</summary>
    public OccurrenceGenerator Generator { get; }

    /// <summary>Which of them are claimed.</summary>
    public OccurrenceClaimer Claimer { get; }

    /// <summary>What becomes of one that meets an earlier one.</summary>
    public OverlapGate Gate { get; }

    /// <summary>What becomes of a stored run.</summary>
    public StoredRuns Stored { get; }

    /// <summary>What is made up for.</summary>
    public OccurrenceMakeup Makeup { get; }

    /// <summary>What a tick begins.</summary>
    public OccurrenceFlow Occurrences { get; }
}
