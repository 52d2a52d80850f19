namespace OrleansTasks.Simulation;

/// <summary>Compares what the cluster says with what really happened, and both with the promises in <c>docs/guarantees.md</c>.</summary>
/// <param name="truth">What really happened.</param>
/// <param name="wellSince">The instant at which the faults ended.</param>
/// <param name="clocksWereWrong">
/// Whether clocks stepped. Then an occurrence may be missing, or run once by the wrong clock and once by the right one.
/// </param>
internal sealed class Judgement(Truth truth, DateTimeOffset wellSince, bool clocksWereWrong)
{
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(2);

    private readonly List<string> _violations = [];
    private readonly Dictionary<string, TaskSaid> _said = [];

    /// <summary>Gets the promises that were broken.</summary>
    public IReadOnlyList<string> Violations => _violations;

    /// <summary>Gets whether the cluster had the full time to come to rest.</summary>
    public bool HasRestedLong { get; init; }

    public bool ClocksWereWrong => clocksWereWrong;

    /// <summary>Gets the instant from which the cluster must have recovered from all faults.</summary>
    public DateTimeOffset RecoveredSince => FoundSince + Recovery;

    /// <summary>Gets the instant from which no fault is undetected. A dead silo may be detected only after the faults have ended.</summary>
    private DateTimeOffset FoundSince => truth.LastFound > wellSince ? truth.LastFound : wellSince;

    /// <summary>Adds a violation if a condition does not hold.</summary>
    public void Add(bool isSo, string violation)
    {
        if (!isSo)
        {
            _violations.Add(violation);
        }
    }

    /// <summary>Stores what the cluster says about a task.</summary>
    public void Take(TaskSaid said) => _said[said.Task] = said;

    /// <summary>Gets what the cluster says about all tasks.</summary>
    public IEnumerable<TaskSaid> Said => _said.Values;

    /// <summary>Returns what the cluster says about a task, or null if it was not asked.</summary>
    public TaskSaid? SaidOf(string task) => _said.GetValueOrDefault(task);

    /// <summary>Checks the promises that concern every history.</summary>
    public void Decide()
    {
        _violations.AddRange(truth.Surprises);
        JudgeAttempts();
        JudgeOverlaps();
        if (truth.HasCheckpoints)
        {
            JudgeCheckpoints();
        }

        JudgeDispatches();
        foreach (var said in _said.Values)
        {
            JudgeHistory(said.Task, said.Results);
            JudgeTold(said.Task, said.Results);
            if (!clocksWereWrong)
            {
                if (said.Plan.KeepsSchedule)
                {
                    JudgeLedger(said.Task, said.Results, said.Ledger, isWhole: !said.Plan.Changes);
                }

                JudgePlan(said);
            }
        }
    }

    /// <summary>Returns whether a run may have only one execution. With wrong clocks, an occurrence may run once by each time.</summary>
    private bool MustBeOnce(RunTrigger trigger) => trigger != RunTrigger.Schedule || !clocksWereWrong;

    /// <summary>
    /// Checks that each attempt of an at-most-once run begins once, and that another attempt begins only after a failed one.
    /// </summary>
    private void JudgeAttempts()
    {
        foreach (var attempts in truth.Attempts.Where(a => a.Guarantee == RunGuarantee.AtMostOnce && MustBeOnce(a.Trigger))
            .GroupBy(a => (a.Run, a.Number)).Where(g => g.Count() > 1))
        {
            Add(false, $"Attempt {attempts.Key.Number} of {attempts.Key.Run} may begin once, and began {attempts.Count()} times.");
        }

        foreach (var attempts in truth.Attempts.Where(a => a.Guarantee == RunGuarantee.AtMostOnce && MustBeOnce(a.Trigger))
            .GroupBy(a => a.Run))
        {
            var list = attempts.ToList();
            for (var n = 0; n < list.Count - 1; n++)
            {
                Add(list[n].Status == RunStatus.Failed,
                    $"{attempts.Key} may not be repeated, and began again after an attempt that "
                        + $"{list[n].Status?.ToString() ?? "was lost"}.");
            }
        }
    }

    /// <summary>
    /// Checks that an attempt begins neither before what an earlier one was told to be stored, nor beyond what any wanted to be stored.
    /// </summary>
    private void JudgeCheckpoints()
    {
        foreach (var attempts in truth.Attempts.Where(a => MustBeOnce(a.Trigger)).GroupBy(a => a.Run).Where(g => g.Count() > 1))
        {
            foreach (var attempt in attempts)
            {
                var earlier = attempts.Where(a => a.Number < attempt.Number).ToList();
                var stored = earlier.Select(static a => Math.Max(a.Saved, a.Found)).DefaultIfEmpty().Max();
                Add(attempt.Found >= stored,
                    $"Attempt {attempt.Number} of {attempts.Key} begins at item {attempt.Found}, and an earlier one was told that {stored} "
                        + "are stored as done.");
                Add(attempt.Found == 0 || attempts.Any(a => a != attempt && a.BeganAt <= attempt.BeganAt && a.Asked >= attempt.Found),
                    $"Attempt {attempt.Number} of {attempts.Key} begins at item {attempt.Found}, which no earlier one has reached.");
            }
        }
    }

    /// <summary>Checks that no attempt of a run begins while another one executes on a silo that is not lost.</summary>
    private void JudgeOverlaps()
    {
        foreach (var attempts in truth.Attempts.Where(a => MustBeOnce(a.Trigger)).GroupBy(a => a.Run).Where(g => g.Count() > 1))
        {
            var list = attempts.ToList();
            for (var n = 1; n < list.Count; n++)
            {
                var (before, after) = (list[n - 1], list[n]);
                Add(before.Silo.GoneSince <= after.BeganAt || before.CutOffAt <= after.BeganAt || before.EndedAt <= after.BeganAt
                    || MayOverlap(after),
                        $"{attempts.Key} began on {after.Silo} at {after.BeganAt:mm:ss.fff}, and was under way on {before.Silo}, which "
                            + "was not lost.");
            }
        }
    }

    /// <summary>
    /// Returns whether an attempt may overlap with another. While a silo lives that was declared dead, an at-least-once run may execute
    /// twice at the same time.
    /// </summary>
    private bool MayOverlap(Truth.Attempt attempt) => attempt.Guarantee == RunGuarantee.AtLeastOnce && truth.FirstUndead <= attempt.BeganAt;

    /// <summary>Checks that each acknowledged run began no earlier than it was due, and that it ended once.</summary>
    private void JudgeDispatches()
    {
        foreach (var (run, asked) in truth.Dispatched)
        {
            if (!_said.TryGetValue(run.Task, out var said))
            {
                continue;
            }

            if (!clocksWereWrong && truth.Attempts.FirstOrDefault(a => a.Run == run) is { } first)
            {
                Add(first.BeganAt >= asked.NotBefore,
                    $"{run} was to begin at {asked.NotBefore:mm:ss.fff}, and began at {first.BeganAt:mm:ss.fff}.");
            }

            var results = said.Results.Where(r => r.RunId == run).ToList();
            Add(results.Count == 1, $"{run} was acknowledged and has {results.Count} results.");
            if (results.Count == 1 && asked.Guarantee == RunGuarantee.AtLeastOnce)
            {
                Add(results[0].Status is RunStatus.Succeeded or RunStatus.Failed
                    || (results[0].Status == RunStatus.Cancelled && truth.MayBeCancelled(run)),
                        $"{run} is to be repeated until it ends, and ended as {results[0].Status}: {results[0].Error}");
            }
        }
    }

    /// <summary>Checks that a run has one result, and that an attempt of the run ended as the result says.</summary>
    private void JudgeHistory(string task, IReadOnlyList<TaskResult> results)
    {
        foreach (var twice in results.Where(r => MustBeOnce(r.Trigger)).GroupBy(r => r.RunId).Where(g => g.Count() > 1))
        {
            // An activation that cannot know the outcome of an at-most-once occurrence reports it as lost. Another one that knows the
            // outcome still reports it.
            Add(twice.First().Trigger == RunTrigger.Schedule && twice.Count(r => r.Status == RunStatus.Lost) == twice.Count() - 1,
                $"{twice.Key} has {twice.Count()} results: {string.Join(", ", twice.Select(static r => $"{r.Status} {r.Sequence}"))}.");
        }

        foreach (var lost in results.Where(
            r => r.Status == RunStatus.Lost && results.All(o => o.RunId != r.RunId || o.Status == RunStatus.Lost)))
        {
            // If an attempt succeeded after the faults had ended, the cluster knows that. After a failed attempt another one may be lost.
            // An outcome that a silo could not store during the faults may be lost with the silo or the activation.
            var known =
                truth.Attempts.LastOrDefault(
                    a => a.Run == lost.RunId && a.Status == RunStatus.Succeeded && a.EndedAt > truth.LastLoss
                        && a.EndedAt > wellSince + Lateness);
            Add(known is null || !MustBeOnce(lost.Trigger),
                $"{lost.RunId} is said to be lost, and an attempt on {known?.Silo}, which was not lost, {known?.Status}.");
        }

        foreach (var result in results.Where(r => r.Status is RunStatus.Succeeded or RunStatus.Failed && r.StartedAt is not null))
        {
            Add(truth.Attempts.Any(a => a.Run == result.RunId && a.Status == result.Status),
                $"{result.RunId} is said to have ended as {result.Status}, and no attempt did.");
        }
    }

    /// <summary>Checks that callers received the outcome that the run had, and that no two results have the same number.</summary>
    private void JudgeTold(string task, IReadOnlyList<TaskResult> results)
    {
        var told = truth.Told.Where(r => r.RunId.Task == task).ToList();
        foreach (var result in told.Where(r => r.Status is RunStatus.Succeeded or RunStatus.Failed && r.StartedAt is not null))
        {
            Add(truth.Attempts.Any(a => a.Run == result.RunId && a.Status == result.Status),
                $"A caller was told that {result.RunId} {result.Status}, and no attempt did.");
        }

        foreach (var twice in told.Concat(results).DistinctBy(r => (r.RunId, r.Sequence, r.Status)).GroupBy(r => r.Sequence)
            .Where(g => g.Count() > 1))
        {
            Add(false,
                $"{task} has the number {twice.Key} {twice.Count()} times: "
                    + $"{string.Join(", ", twice.Select(static r => $"{r.RunId} {r.Status}"))}.");
        }
    }

    /// <summary>Checks that the ledger has each planned instant, and that the task fires at each one after recovery.</summary>
    private void JudgePlan(TaskSaid said)
    {
        if (said is not { Plan: { Changes: false, Period: { } period }, Ledger: { Since: { } since, Through: { } through } ledger })
        {
            return;
        }

        Add(Math.Abs(ledger.Planned - ((through - since) / period)) <= 1.01,
            $"The ledger of {said.Task} has {ledger.Planned} instants from {since:mm:ss.fff} to {through:mm:ss.fff}; it is due every "
                + $"{period}.");
        var (from, to) = ((since > FoundSince ? since : FoundSince) + Recovery, said.At - Lateness);
        var due = (int)Math.Floor((to - from) / period);
        if (said.Plan.IsPunctual && due > 0)
        {
            var begun =
                truth.Attempts.Where(
                    a => a.Run.Task == said.Task && a.Trigger == RunTrigger.Schedule && from <= a.ScheduledAt && a.ScheduledAt <= to)
                        .Select(a => a.Run).Distinct().Count();
            Add(begun >= due, $"{said.Task} was due {due} times from {from:mm:ss.fff} to {to:mm:ss.fff}, and began {begun} times.");
        }
    }

    /// <summary>Returns the occurrences that began although no range of the ledger says so.</summary>
    private string Strange(string task, TaskLedger ledger) => string.Join(", ", truth.Attempts
        .Where(a =>
            a.Run.Task == task && a.Trigger == RunTrigger.Schedule && a.ScheduledAt <= ledger.Through
                && !ledger.Ranges.Any(r => r.Outcome != OccurrenceOutcome.Skipped && r.From <= a.ScheduledAt && a.ScheduledAt <= r.To))
        .Select(a => $"{a.Run} of {a.ScheduledAt:mm:ss.fffffff} {a.Status}"))
            + "; "
            + string.Join(", ", ledger.Ranges.Select(r => $"{r.From:mm:ss.fff} to {r.To:mm:ss.fff} {r.Count} {r.Outcome} {r.Reason}"));

    /// <summary>
    /// Checks that each planned instant has one outcome, and that the ledger lists what began as fired or lost. An occurrence may stay
    /// among those that a pause skipped, if a silo that had not heard of the pause began it.
    /// </summary>
    private void JudgeLedger(string task, IReadOnlyList<TaskResult> results, TaskLedger ledger, bool isWhole)
    {
        if (ledger.Planned == 0)
        {
            return;
        }

        // Nobody knows of an occurrence that ended while storage failed, if its task then left the silo. It may count as skipped when it is
        // executed again.
        var told = results.Where(r => r.Trigger == RunTrigger.Schedule && r.ScheduledAt <= ledger.Through).Select(r => r.RunId).Distinct()
            .Count();
        var ran =
            results.Where(
                r => r is { Trigger: RunTrigger.Schedule, Status: RunStatus.Succeeded or RunStatus.Failed }
                    && r.ScheduledAt <= ledger.Through).Select(r => r.RunId).Distinct().Count();
        Add(told <= ledger.Fired + ledger.Missed + ledger.Skipped,
            $"The history of {task} has {told} occurrences, and its ledger {ledger.Planned} since {ledger.Since:mm:ss.fff}: "
                + $"{Strange(task, ledger)}");
        Add(!isWhole || ran <= ledger.Fired + ledger.Pending,
            $"The history of {task} has {ran} occurrences that ended; its ledger has {ledger.Fired} fired, {ledger.Missed} missed and "
                + $"{ledger.Pending} pending. {Strange(task, ledger)}");
    }
}
