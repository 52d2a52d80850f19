using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>A run as it stands.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunInfo")]
public sealed record RunInfo
{
    [Id(80)]
    private TaskHeaders? _headers;

    /// <summary>The run's id.</summary>
    [Id(0)]
    public required RunId RunId { get; init; }

    /// <summary>The task's name.</summary>
    public string Task => RunId.Task;

    /// <summary>Where the run is, or what it came to.</summary>
    [Id(1)]
    public RunStatus Status { get; init; }

    /// <summary>Why a waiting run waits, in words, or for which run the handler of a running one waits; null if it does not wait.</summary>
    [Id(2)]
    public string? WaitingFor { get; init; }

    /// <summary>Why the run exists.</summary>
    [Id(3)]
    public RunTrigger Trigger { get; init; }

    /// <summary>The instant at which the run was due.</summary>
    [Id(4)]
    public DateTimeOffset ScheduledAt { get; init; }

    /// <summary>When the current or last attempt started; null if none did.</summary>
    [Id(5)]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the run ended; null if it has not.</summary>
    [Id(6)]
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The number of the current or last attempt, from 1; 0 if none has started.</summary>
    [Id(7)]
    public int Attempt { get; init; }

    /// <summary>The silo that runs it, or ran it last; null if none did.</summary>
    [Id(8)]
    public string? Silo { get; init; }

    /// <summary>What the handler last said of its progress; null if it said nothing.</summary>
    [Id(9)]
    public RunProgress? Progress { get; init; }

    /// <summary>
    /// The arguments that the run was given; null if it uses the task's own, or has ended and they were larger than the silo keeps (4 KiB by default).
    /// </summary>
    [Id(10)]
    public TaskArguments? Arguments { get; init; }

    /// <summary>The headers of the run: those that it was given, that it inherited, and its task's own. Empty if there are none.</summary>
    public IReadOnlyDictionary<string, string> Headers
    {
        get => _headers ?? TaskHeaders.None;
        init => _headers = TaskHeaders.Of(value);
    }

    /// <summary>Whether the run was asked to stop and has not ended yet.</summary>
    [Id(11)]
    public bool CancelRequested { get; init; }

    /// <summary>How many attempts have failed; the present one is not among them.</summary>
    [Id(13)]
    public int Failures { get; init; }

    /// <summary>What the last failed attempt said, shortened to 1,000 characters; null if none failed, or once the run has ended.</summary>
    [Id(14)]
    public string? LastError { get; init; }

    /// <summary>When the next attempt of a run that waits for it is due, or one that has not begun; null otherwise.</summary>
    [Id(15)]
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Whether the run was asked to stop and has gone on for longer than <c>TasksOptions.CancellationGrace</c> since. Its place is not given away before it ends.</summary>
    [Id(16)]
    public bool IgnoresCancellation { get; init; }

    /// <summary>Who asked for the run (see <see cref="TaskActor"/>); null if that is not known, or if its schedule did.</summary>
    [Id(17)]
    public string? RequestedBy { get; init; }

    /// <summary>The run that it follows (<see cref="Continuation"/>); null if it follows none.</summary>
    [Id(18)]
    public RunId? Parent { get; init; }

    /// <summary>The run that it repeats (<see cref="ITaskClient.RetryAsync"/>); null if it repeats none.</summary>
    [Id(34)]
    public RunId? RetryOf { get; init; }

    /// <summary>How many attempts were lost with their silos; 0 once the run has ended. See <see cref="TaskOptions.MaxLosses"/>.</summary>
    [Id(30)]
    public int Losses { get; init; }

    /// <summary>The runs that the handler waits for (<see cref="ITaskClient.RunAsync(string, TaskArguments?, RunOptions?, CancellationToken)"/>, <see cref="ITaskClient.WaitAsync"/>), told from a tenth of a second on; at most 100.</summary>
    [Id(31)]
    public IReadOnlyList<RunId> Awaits { get; init; } = [];

    /// <summary>The batches that the handler waits for (<see cref="ITaskClient.WaitBatchAsync"/>), told from a tenth of a second on; at most 100, together with <see cref="Awaits"/>.</summary>
    [Id(33)]
    public IReadOnlyList<Guid> AwaitsBatches { get; init; } = [];

    /// <summary>The batch that it belongs to; null if it belongs to none, or has ended.</summary>
    [Id(32)]
    public BatchMember? Batch { get; init; }

    /// <summary>What the run came to; null until it has ended.</summary>
    [Id(12)]
    public TaskResult? Result { get; init; }
}
