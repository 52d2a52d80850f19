namespace OrleansTasks.Testing;

/// <summary>A <see cref="FakeTaskClient"/> was asked for the result of a task for which it has no answer. The message says how to give it one.</summary>
public sealed class FakeTaskNotProgrammedException : InvalidOperationException
{
    /// <summary>Makes an error.</summary>
    /// <param name="task">The task's name.</param>
    public FakeTaskNotProgrammedException(string task)
        : base($"The fake task client was asked for a result of the task '{task}', and has no answer for it. Before the code under test runs, call fake.Returns(\"{task}\", value), "
            + $"fake.Fails(\"{task}\", exception) or fake.Answers(\"{task}\", arguments => …); a run that was dispatched can also be ended with fake.Complete(runId, value).") => Task = task;

    /// <summary>Gets the task's name.</summary>
    public string Task { get; }
}
