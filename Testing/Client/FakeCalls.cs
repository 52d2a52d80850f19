namespace OrleansTasks.Testing;

/// <summary>
/// Represents a call of <see cref="ITaskClient.RunAsync(string, TaskArguments, RunOptions, CancellationToken)"/> on a
/// <see cref="FakeTaskClient"/>.
/// </summary>
/// <param name="RunId">The run's id.</param>
/// <param name="Task">The task's name.</param>
/// <param name="Arguments">The arguments, or <see cref="TaskArguments.None"/> if none were given.</param>
/// <param name="Options">The options, or null if none were given.</param>
public sealed record FakeRun(RunId RunId, string Task, TaskArguments Arguments, RunOptions? Options)
{
    /// <summary>Gets the answer to the caller, or null if there is none yet or the answer is an exception.</summary>
    public TaskResult? Result { get; init; }
}

/// <summary>
/// Represents a run that a <see cref="FakeTaskClient"/> was asked to store: dispatched alone or in a batch, triggered, or backfilled.
/// </summary>
/// <param name="RunId">The run's id.</param>
/// <param name="Task">The task's name.</param>
/// <param name="Arguments">The arguments, or <see cref="TaskArguments.None"/> if none were given.</param>
/// <param name="Options">The options, or null if none were given.</param>
/// <param name="DueAt">The due time: the present, the time in the options, or for a backfill its occurrence.</param>
public sealed record FakeDispatch(RunId RunId, string Task, TaskArguments Arguments, DispatchOptions? Options, DateTimeOffset DueAt)
{
    /// <summary>Gets what created the run: a dispatch, a trigger by hand, or a backfill.</summary>
    public RunTrigger Trigger { get; init; } = RunTrigger.Dispatch;

    /// <summary>Gets the batch of the run, or null if it was dispatched alone.</summary>
    public Guid? Batch { get; init; }
}

/// <summary>Represents a batch that was dispatched with a <see cref="FakeTaskClient"/>.</summary>
/// <param name="Id">The batch's id.</param>
/// <param name="Items">The runs as they were given.</param>
/// <param name="Runs">The ids of the runs, in the same order.</param>
/// <param name="Then">The run that follows, or null if none was given.</param>
public sealed record FakeBatch(Guid Id, IReadOnlyList<BatchItem> Items, IReadOnlyList<RunId> Runs, Continuation? Then);

/// <summary>Defines the operations of a task handle.</summary>
public enum FakeTaskVerb
{
    /// <summary>The schedule was paused.</summary>
    Pause,

    /// <summary>The schedule was resumed.</summary>
    Resume,

    /// <summary>The registration was changed.</summary>
    Update,

    /// <summary>The task was cancelled.</summary>
    Cancel,

    /// <summary>The task was triggered by hand.</summary>
    Trigger,

    /// <summary>Runs were created for past occurrences.</summary>
    Backfill,
}

/// <summary>Represents an operation of a <see cref="TaskHandle"/> that changes something, on a <see cref="FakeTaskClient"/>.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Verb">The operation.</param>
public sealed record FakeTaskCall(string Task, FakeTaskVerb Verb)
{
    /// <summary>Gets the note of a pause, or null if there is none.</summary>
    public string? Note { get; init; }

    /// <summary>Gets the end of a pause, or null if there is none.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Gets the name of whoever paused the task, or null if none was given.</summary>
    public string? By { get; init; }

    /// <summary>Gets the first instant of a backfill, or null for other operations.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Gets the last instant of a backfill, or null for other operations.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Gets the new registration of an update, or null for other operations.</summary>
    public TaskRegistration? Registration { get; init; }

    /// <summary>Gets the created runs. Empty if there are none.</summary>
    public IReadOnlyList<RunId> Runs { get; init; } = [];
}
