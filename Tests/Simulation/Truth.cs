namespace OrleansTasks.Simulation;

/// <summary>What handlers really did, and what callers were really told.</summary>
internal sealed class Truth
{
    /// <summary>The attempts that began, in order.</summary>
    public List<Attempt> Attempts { get; } = [];

    /// <summary>Runs that a caller was told are stored, with what was asked for.</summary>
    public Dictionary<RunId, Asked> Dispatched { get; } = [];

    /// <summary>Runs whose end a caller was told.</summary>
    public List<TaskResult> Told { get; } = [];

    /// <summary>What callers were answered that no caller should be.</summary>
    public List<string> Surprises { get; } = [];

    internal sealed class Attempt(RunId run, RunTrigger trigger, DateTimeOffset scheduledAt, int number, RunGuarantee guarantee)
    {
        public RunId Run => run;

        public RunTrigger Trigger => trigger;

        public DateTimeOffset ScheduledAt => scheduledAt;

        public int Number => number;

        public RunGuarantee Guarantee => guarantee;

        /// <summary>Whether its silo was taken for dead when it began.</summary>
        public bool IsOfTheDead { get; init; }

        /// <summary>What it came to; null if its silo was lost before, or it is under way.</summary>
        public RunStatus? Status { get; set; }
    }

    internal sealed record Asked(RunGuarantee Guarantee);
}
