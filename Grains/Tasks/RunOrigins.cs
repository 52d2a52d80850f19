namespace OrleansTasks.Tasks;

/// <summary>Composes the parts that create runs of a task without a caller's request: from occurrences, and from stored runs.</summary>
internal sealed class RunOrigins
{
    /// <param name="context">The context that all parts of the task share.</param>
    /// <param name="generator">Knows which occurrences the grain handles.</param>
    /// <param name="records">The outcomes of runs.</param>
    /// <param name="course">Starts and ends runs.</param>
    /// <param name="signals">Is told when a run is not created after all, and when a pause has ended.</param>
    public RunOrigins(TaskContext context, OccurrenceGenerator generator, TaskRecords records, RunCourse course, ITaskSignals signals)
    {
        var (accounts, results) = (records.Accounts, records.Results);
        Generator = generator;
        Claimer = new OccurrenceClaimer(context, accounts, course.Moves, results, course.Remote, course.Ends, course.Starts, signals);
        Gate = new OverlapGate(context, accounts, course.Moves, Claimer, course.Starts, course.Stops);
        Stored = new StoredRuns(context, results, records.Pipeline, course.Ends, Gate);
        Makeup = new OccurrenceMakeup(context, accounts, results, Stored);
        Occurrences = new OccurrenceFlow(context, generator, accounts, results, Makeup, course.Moves, Claimer, Gate, course.Ends,
            course.Starts, course.Line, signals);
    }

    /// <summary>Gets the part that knows which occurrences the grain handles.</summary>
    public OccurrenceGenerator Generator { get; }

    /// <summary>Gets the part that claims occurrences.</summary>
    public OccurrenceClaimer Claimer { get; }

    /// <summary>Gets the part that decides about overlapping occurrences.</summary>
    public OverlapGate Gate { get; }

    /// <summary>Gets the part that handles stored runs.</summary>
    public StoredRuns Stored { get; }

    /// <summary>Gets the part that makes up for missed occurrences.</summary>
    public OccurrenceMakeup Makeup { get; }

    /// <summary>Gets the part that processes what is due at a tick.</summary>
    public OccurrenceFlow Occurrences { get; }
}
