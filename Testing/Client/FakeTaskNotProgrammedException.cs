namespace OrleansTasks.Testing;

/// <summary>
/// The exception that is thrown when a <see cref="FakeTaskClient"/> has no answer for a task. The message says how to program one.
/// </summary>
public sealed class FakeTaskNotProgrammedException : InvalidOperationException
{
    /// <summary>Initializes a new instance of the <see cref="FakeTaskNotProgrammedException"/> class.</summary>
    /// <param name="task">The task's name.</param>
    public FakeTaskNotProgrammedException(string task)
        : base($"The fake task client was asked for a result of the task '{task}', and has no answer for it. Before the code under test "
            + $"runs, call fake.Returns(\"{task}\", value), "
            + $"fake.Fails(\"{task}\", exception) or fake.Answers(\"{task}\", arguments => …); a run that was dispatched can also be "
            + "ended with fake.Complete(runId, value).") => Task = task;

    /// <summary>Gets the task's name.</summary>
    public string Task { get; }
}
