using OrleansTasks.Telemetry;
using OrleansTasks.Values;

namespace OrleansTasks.Runs;

/// <summary>What a run is: all of it that never changes, from when it comes to be (<see cref="RunFactory"/>) to its result. Its other forms are made in <see cref="RunForms"/>.</summary>
internal sealed record RunFacts
{
    public required RunId Id { get; init; }

    /// <summary>Null: the task's own.</summary>
    public TaskArguments? Arguments { get; init; }

    public RunTrigger Trigger { get; init; }

    /// <summary>The instant that it is for.</summary>
    public DateTimeOffset ScheduledAt { get; init; }

    /// <summary>The generation of its task in which it was accepted.</summary>
    public long Generation { get; init; }

    public RunGuarantee Guarantee { get; init; }

    /// <summary>How long an attempt may take; null if that is not limited.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Its own policy; null: its task's.</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>When it must have ended as a whole; null if there is no such instant.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>The instant from which it is not begun any more; null if there is none.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public RunPriority Priority { get; init; }

    /// <summary>Who asked for it; null if that is not known.</summary>
    public string? RequestedBy { get; init; }

    /// <summary>What is run after it, besides what its task says.</summary>
    public IReadOnlyList<Continuation>? Then { get; init; }

    /// <summary>The run that it follows; null if it follows none.</summary>
    public RunId? Parent { get; init; }

    /// <summary>The run that it repeats, which had ended; null if it repeats none.</summary>
    public RunId? RetryOf { get; init; }

    /// <summary>The batch that it belongs to; null if it belongs to none.</summary>
    public BatchMember? Batch { get; init; }

    /// <summary>The span that asked for it; null if nobody listened.</summary>
    public TraceContext? Trace { get; init; }

    /// <summary>What goes with it besides its arguments: what it was given, over what it inherited, over its task's own. Null if that is nothing.</summary>
    public TaskHeaders? Headers { get; init; }
}
