using OrleansTasks.Telemetry;
using OrleansTasks.Values;

namespace OrleansTasks.Runs;

/// <summary>
/// Represents everything about a run that never changes, from its creation (<see cref="RunFactory"/>) to its result. <see cref="RunForms"/>
/// creates its other forms.
/// </summary>
internal sealed record RunFacts
{
    public required RunId Id { get; init; }

    /// <summary>Gets the arguments; null for the task's own.</summary>
    public TaskArguments? Arguments { get; init; }

    public RunTrigger Trigger { get; init; }

    /// <summary>Gets the instant for which the run is planned.</summary>
    public DateTimeOffset ScheduledAt { get; init; }

    /// <summary>Gets the generation of the task in which the run was accepted.</summary>
    public long Generation { get; init; }

    public RunGuarantee Guarantee { get; init; }

    /// <summary>Gets how long an attempt may take; null if there is no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Gets the run's own retry policy; null for its task's.</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>Gets when the run as a whole must have ended; null if there is no such instant.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Gets the instant from which the run may no longer start; null if there is none.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public RunPriority Priority { get; init; }

    /// <summary>Gets who requested the run; null if that is not known.</summary>
    public string? RequestedBy { get; init; }

    /// <summary>Gets the continuations of the run, in addition to those of its task.</summary>
    public IReadOnlyList<Continuation>? Then { get; init; }

    /// <summary>Gets the run that this one follows; null if there is none.</summary>
    public RunId? Parent { get; init; }

    /// <summary>Gets the ended run that this one repeats; null if there is none.</summary>
    public RunId? RetryOf { get; init; }

    /// <summary>Gets the batch to which the run belongs; null if there is none.</summary>
    public BatchMember? Batch { get; init; }

    /// <summary>Gets the span of the request; null if nobody listened.</summary>
    public TraceContext? Trace { get; init; }

    /// <summary>
    /// Gets the headers: those of the request, which override inherited ones, which override the task's own. Null if there are none.
    /// </summary>
    public TaskHeaders? Headers { get; init; }
}
