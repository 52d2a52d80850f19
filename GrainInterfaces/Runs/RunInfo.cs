using OrleansTasks.Runs;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Represents the current state of a run.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunInfo")]
public sealed record RunInfo
{
    [Id(80)]
    private TaskHeaders? _headers;

    /// <summary>Gets the run's id.</summary>
    [Id(0)]
    public required RunId RunId { get; init; }

    /// <summary>Gets the task's name.</summary>
    public string Task => RunId.Task;

    /// <summary>Gets the status of the run.</summary>
    [Id(1)]
    public RunStatus Status { get; init; }

    /// <summary>
    /// Gets why a waiting run waits, in words, or for which run the handler of an active run waits. Null if it does not wait.
    /// </summary>
    [Id(2)]
    public string? WaitingFor { get; init; }

    /// <summary>Gets what created the run.</summary>
    [Id(3)]
    public RunTrigger Trigger { get; init; }

    /// <summary>Gets the instant at which the run was due.</summary>
    [Id(4)]
    public DateTimeOffset ScheduledAt { get; init; }

    /// <summary>Gets the start of the current or last attempt, or null if none has started.</summary>
    [Id(5)]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets the time at which the run ended, or null if it has not.</summary>
    [Id(6)]
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Gets the number of the current or last attempt, from 1; 0 if none has started.</summary>
    [Id(7)]
    public int Attempt { get; init; }

    /// <summary>Gets the silo of the current or last attempt, or null if none has started.</summary>
    [Id(8)]
    public string? Silo { get; init; }

    /// <summary>Gets the progress that the handler last reported, or null if it reported none.</summary>
    [Id(9)]
    public RunProgress? Progress { get; init; }

    /// <summary>
    /// Gets the run's arguments. Null if it uses the task's own, or if it has ended and they were larger than the silo keeps (4 KiB by
    /// default).
    /// </summary>
    [Id(10)]
    public TaskArguments? Arguments { get; init; }

    /// <summary>Gets the run's headers: given, inherited and the task's own. Empty if there are none.</summary>
    public IReadOnlyDictionary<string, string> Headers
    {
        get => _headers ?? TaskHeaders.None;
        init => _headers = TaskHeaders.Of(value);
    }

    /// <summary>Gets a value indicating whether the run was cancelled and has not ended yet.</summary>
    [Id(11)]
    public bool CancelRequested { get; init; }

    /// <summary>Gets the number of failed attempts, without the current one.</summary>
    [Id(13)]
    public int Failures { get; init; }

    /// <summary>
    /// Gets the error of the last failed attempt, cut off at 1,000 characters. Null if none failed, or once the run has ended.
    /// </summary>
    [Id(14)]
    public string? LastError { get; init; }

    /// <summary>Gets the due time of the next attempt, or of a run that has not started. Null otherwise.</summary>
    [Id(15)]
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>
    /// Gets a value indicating whether the run was cancelled and has continued for longer than <c>TasksOptions.CancellationGrace</c>. It
    /// keeps its place until it ends.
    /// </summary>
    [Id(16)]
    public bool IgnoresCancellation { get; init; }

    /// <summary>
    /// Gets the name of whoever requested the run (see <see cref="TaskActor"/>), or null if it is not known or the schedule created the
    /// run.
    /// </summary>
    [Id(17)]
    public string? RequestedBy { get; init; }

    /// <summary>Gets the run that it follows (<see cref="Continuation"/>), or null if there is none.</summary>
    [Id(18)]
    public RunId? Parent { get; init; }

    /// <summary>Gets the run that it retries (<see cref="ITaskClient.RetryAsync"/>), or null if there is none.</summary>
    [Id(34)]
    public RunId? RetryOf { get; init; }

    /// <summary>
    /// Gets the run that was accepted last as a retry of this run, or null if there is none. It is shown while that run is stored or kept
    /// for searches, or if it is in <see cref="Marks"/>.
    /// </summary>
    [Id(36)]
    public RunId? RetriedBy { get; init; }

    /// <summary>
    /// Gets what was done about the run as a dead letter, oldest first; at most the last 20. Empty if nothing was done, and in the runs of
    /// <see cref="TaskHandle.RunsAsync"/>.
    /// </summary>
    [Id(37)]
    public IReadOnlyList<RunMark> Marks { get; init; } = [];

    /// <summary>
    /// Gets what was done last about a dead letter: a run that failed, timed out or was lost, and whose attempts are used up. Null if the
    /// run is none.
    /// </summary>
    public DeadLetterState? DeadLetter =>
        DeadLetters.Has(Status) ? DeadLetters.StateOf(DeadLetters.After(Marks), RetriedBy is not null) : null;

    /// <summary>
    /// Gets the number of attempts that were lost with their silos; 0 once the run has ended. See <see cref="TaskOptions.MaxLosses"/>.
    /// </summary>
    [Id(30)]
    public int Losses { get; init; }

    /// <summary>
    /// Gets the instant at which the handler last saved a checkpoint, a step or its position in a list. Null if it has saved nothing, or
    /// once the run has ended.
    /// </summary>
    [Id(35)]
    public DateTimeOffset? CheckpointAt { get; init; }

    /// <summary>
    /// Gets the runs for which the handler has waited for at least a tenth of a second
    /// (<see cref="ITaskClient.RunAsync(string, TaskArguments?, RunOptions?, CancellationToken)"/>, <see cref="ITaskClient.WaitAsync"/>);
    /// at most 100.
    /// </summary>
    [Id(31)]
    public IReadOnlyList<RunId> Awaits { get; init; } = [];

    /// <summary>
    /// Gets the batches for which the handler has waited for at least a tenth of a second (<see cref="ITaskClient.WaitBatchAsync"/>); at
    /// most 100 together with <see cref="Awaits"/>.
    /// </summary>
    [Id(33)]
    public IReadOnlyList<Guid> AwaitsBatches { get; init; } = [];

    /// <summary>Gets the batch to which the run belongs. Null if there is none, or once the run has ended.</summary>
    [Id(32)]
    public BatchMember? Batch { get; init; }

    /// <summary>Gets the result of the run, or null until it has ended.</summary>
    [Id(12)]
    public TaskResult? Result { get; init; }
}
