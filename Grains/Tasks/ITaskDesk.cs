namespace OrleansTasks.Tasks;

/// <summary>
/// Provides the parts that many tasks never need. Each is created on first use, because there may be a hundred thousand tasks in memory.
/// </summary>
internal interface ITaskDesk
{
    /// <summary>Gets the part that starts runs for callers and waits for them.</summary>
    RunRequests Requests { get; }

    /// <summary>Gets the part that pauses, resumes and cancels.</summary>
    TaskControls Controls { get; }

    /// <summary>Gets the part that pauses a task whose occurrences fail.</summary>
    FailureWatch Watch { get; }
}
