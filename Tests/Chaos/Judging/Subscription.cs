namespace OrleansTasks.Chaos.Judging;

/// <summary>Represents what a subscriber received: a result, or a notice that some results were missed.</summary>
/// <param name="At">When it arrived.</param>
/// <param name="Task">The name of the task.</param>
/// <param name="Sequence">The result's number; for a gap, the last number that it covers.</param>
/// <param name="Missed">The number of results that a gap covers; 0 for a result.</param>
internal sealed record Heard(DateTimeOffset At, string Task, long Sequence, long Missed = 0)
{
    /// <summary>Gets the result's number; for a gap, the first number that it covers.</summary>
    public long First => Missed == 0 ? Sequence : Sequence - Missed + 1;

    public bool Covers(long sequence) => Missed > 0 && First <= sequence && sequence <= Sequence;
}

/// <summary>Stores what a subscription to all results received, and what it should have received.</summary>
/// <param name="Heard">What arrived, in that order.</param>
/// <param name="Kept">The results that the histories contain in the end.</param>
/// <param name="Error">The error that ended the subscription early; null if it did not end early.</param>
internal sealed record Subscription(IReadOnlyList<Heard> Heard, IReadOnlyList<TaskResult> Kept, string? Error = null)
{
    public static Subscription None { get; } = new([], []);
}
