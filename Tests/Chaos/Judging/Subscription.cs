namespace OrleansTasks.Chaos.Judging;

/// <summary>What a subscriber received: a result, or the message that some were missed.</summary>
/// <param name="At">When.</param>
/// <param name="Task">Of which task.</param>
/// <param name="Sequence">The result's number; of a gap, the last number that it covers.</param>
/// <param name="Missed">How many results a gap covers; 0: it is a result.</param>
internal sealed record Heard(DateTimeOffset At, string Task, long Sequence, long Missed = 0)
{
    /// <summary>The result's number; of a gap, the first number that it covers.</summary>
    public long First => Missed == 0 ? Sequence : Sequence - Missed + 1;

    public bool Covers(long sequence) => Missed > 0 && First <= sequence && sequence <= Sequence;
}

/// <summary>A subscription to all results, and what there was to hear.</summary>
/// <param name="Heard">What came, in that order.</param>
/// <param name="Kept">The results that the histories hold in the end.</param>
/// <param name="Error">With what it ended before its time; null: it did not.</param>
internal sealed record Subscription(IReadOnlyList<Heard> Heard, IReadOnlyList<TaskResult> Kept, string? Error = null)
{
    public static Subscription None { get; } = new([], []);
}
