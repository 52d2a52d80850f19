namespace OrleansTasks.Testing;

/// <summary>A call of <see cref="ITaskClient.RunAsync(string, TaskArguments, RunOptions, CancellationToken)"/> that a <see cref="FakeTaskClient"/> got.</summary>
/// <param name="RunId">The run's id.</param>
/// <param name="Task">The task's name.</param>
/// <param name="Arguments">The arguments; <see cref="TaskArguments.None"/> if none were given.</param>
/// <param name="Options">The options; null if none were given.</param>
public sealed record FakeRun(RunId RunId, string Task, TaskArguments Arguments, RunOptions? Options)
{
    /// <summary>Gets what the caller was answered; null while the answer is not there, or if it is an exception.</summary>
    public TaskResult? Result { get; init; }
}

/// <summary>A run that a <see cref="FakeTaskClient"/> was asked to store: dispatched alone or in a batch, triggered, or backfilled.</summary>
/// <param name="RunId">The run's id.</param>
/// <param name="Task">The task's name.</param>
/// <param name="Arguments">The arguments; <see cref="TaskArguments.None"/> if none were given.</param>
/// <param name="Options">The options; null if none were given.</param>
/// <param name="DueAt">When it is due: the present, the time of the options, or for a backfill its occurrence.</param>
public sealed record FakeDispatch(RunId RunId, string Task, TaskArguments Arguments, DispatchOptions? Options, DateTimeOffset DueAt)
{
    /// <summary>Gets why the run exists: dispatched, by hand, or for an occurrence of the past.</summary>
    public RunTrigger Trigger { get; init; } = RunTrigger.Dispatch;

    /// <summary>Gets the batch that it was dispatched in; null if it was dispatched alone.</summary>
    public Guid? Batch { get; init; }
}

/// <summary>A batch that a <see cref="FakeTaskClient"/> was given.</summary>
/// <param name="Id">The batch's id.</param>
/// <param name="Items">The runs, as they were given.</param>
/// <param name="Runs">The ids of the runs, in the same order.</param>
/// <param name="Then">The run to follow; null if none was given.</param>
public sealed record FakeBatch(Guid Id, IReadOnlyList<BatchItem> Items, IReadOnlyList<RunId> Runs, Continuation? Then);

/// <summary>What was asked of one task by its handle.</summary>
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

    /// <summary>The task was run by hand.</summary>
    Trigger,

    /// <summary>Runs were made for occurrences of the past.</summary>
    Backfill,
}

/// <summary>A verb of a <see cref="TaskHandle"/> that changes something, as a <see cref="FakeTaskClient"/> got it.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Verb">What was asked.</param>
public sealed record FakeTaskCall(string Task, FakeTaskVerb Verb)
{
    /// <summary>Gets the note of a pause; null if there is none.</summary>
    public string? Note { get; init; }

    /// <summary>Gets the end of a pause; null if there is none.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Gets who paused; null if that was not said.</summary>
    public string? By { get; init; }

    /// <summary>Gets the first instant of a backfill; null for other verbs.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Gets the last instant of a backfill; null for other verbs.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Gets the new registration of an update; null for other verbs.</summary>
    public TaskRegistration? Registration { get; init; }

    /// <summary>Gets the runs that were made; empty if none were.</summary>
    public IReadOnlyList<RunId> Runs { get; init; } = [];
}
