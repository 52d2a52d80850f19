namespace OrleansTasks.Tasks;

/// <summary>The parts of a task that many tasks never need, each made when it is first needed: there may be a hundred thousand tasks in memory.</summary>
internal interface ITaskDesk
{
    /// <summary>Who asks for runs and waits for them.</summary>
    RunRequests Requests { get; }

    /// <summary>Pauses, resumes and cancels.</summary>
    TaskControls Controls { get; }

    /// <summary>Pauses a task whose occurrences fail.</summary>
    FailureWatch Watch { get; }
}
