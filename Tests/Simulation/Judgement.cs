namespace OrleansTasks.Simulation;

/// <summary>Compares what the cluster says with what really happened, and both with what <c>docs/guarantees.md</c> promises.</summary>
/// <param name="truth">What really happened.</param>
/// <param name="wellSince">Since when there have been no faults.</param>
/// <param name="clocksWereWrong">Whether clocks stepped: then an occurrence may be missing, or be there for both times.</param>
internal sealed class Judgement(Truth truth, DateTimeOffset wellSince, bool clocksWereWrong)
{
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(2);

    private readonly List<string> _violations = [];
    private readonly Dictionary<string, TaskSaid> _said = [];

    /// <summary>What is not as it should be.</summary>
    public IReadOnlyList<string> Violations => _violations;

    /// <summary>Whether the cluster had the whole time to come to rest.</summary>
    public bool HasRestedLong { get; init; }

    public bool ClocksWereWrong => clocksWereWrong;

    /// <summary>Since when all is well and the cluster has come to itself.</summary>
    public DateTimeOffset RecoveredSince => FoundSince + Recovery;

    /// <summary>Since when there are no faults that nobody has found: a silo may be found dead only then.</summary>
    private DateTimeOffset FoundSince => truth.LastFound > wellSince ? truth.LastFound : wellSince;

    /// <summary>Takes whether something is as it should be.</summary>
    public void Add(bool isSo, string violation)
    {
        if (!isSo)
        {
            _violations.Add(violation);
        }
    }

    /// <summary>Takes what the cluster says of a task.</summary>
    public void Take(TaskSaid said) => _said[said.Task] = said;

    /// <summary>What the cluster says of all tasks.</summary>
    public IEnumerable<TaskSaid> Said => _said.Values;

    /// <summary>What the cluster says of a task; null if it was not asked.</summary>
    public TaskSaid? SaidOf(string task) => _said.GetValueOrDefault(task);

    /// <summary>Judges what each history has.</summary>
    public void Decide()
    {
        _violations.AddRange(truth.Surprises);
        JudgeAttempts();
        JudgeOverlaps();
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

    /// <summary>An occurrence of which a wrong clock has seen the instant too may be made for both.</summary>
    private bool MustBeOnce(RunTrigger trigger) => trigger != RunTrigger.Schedule || !clocksWereWrong;

    /// <summary>A run that may not be repeated begins once per attempt that was decided, and no attempt of it begins twice.</summary>
    private void JudgeAttempts()
    {
        foreach (var attempts in truth.Attempts.Where(a => a.Guarantee == RunGuarantee.AtMostOnce && MustBeOnce(a.Trigger)).GroupBy(a => (a.Run, a.Number)).Where(g => g.Count() > 1))
        {
            Add(false, $"Attempt {attempts.Key.Number} of {attempts.Key.Run} may begin once, and began {attempts.Count()} times.");
        }

        foreach (var attempts in truth.Attempts.Where(a => a.Guarantee == RunGuarantee.AtMostOnce && MustBeOnce(a.Trigger)).GroupBy(a => a.Run))
        {
            var list = attempts.ToList();
            for (var n = 0; n < list.Count - 1; n++)
            {
                Add(list[n].Status == RunStatus.Failed, $"{attempts.Key} may not be repeated, and began again after an attempt that {list[n].Status?.ToString() ?? "was lost"}.");
            }
        }
    }

    /// <summary>No attempt of a run begins while another one is under way on a silo that is not lost.</summary>
    private void JudgeOverlaps()
    {
        foreach (var attempts in truth.Attempts.Where(a => MustBeOnce(a.Trigger)).GroupBy(a => a.Run).Where(g => g.Count() > 1))
        {
            var list = attempts.ToList();
            for (var n = 1; n < list.Count; n++)
            {
                var (before, after) = (list[n - 1], list[n]);
                Add(before.Silo.GoneSince <= after.BeganAt || before.CutOffAt <= after.BeganAt || before.EndedAt <= after.BeganAt || MayOverlap(after), $"{attempts.Key} began on {after.Silo} at {after.BeganAt:mm:ss.fff}, and was under way on {before.Silo}, which was not lost.");
            }
        }
    }

    /// <summary>While a silo lives that was taken for dead, a run that may be repeated may be made twice at the same time.</summary>
    private bool MayOverlap(Truth.Attempt attempt) => attempt.Guarantee == RunGuarantee.AtLeastOnce && truth.FirstUndead <= attempt.BeganAt;

    /// <summary>What was acknowledged has begun when it was due or later, and has ended, once.</summary>
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
                Add(first.BeganAt >= asked.NotBefore, $"{run} was to begin at {asked.NotBefore:mm:ss.fff}, and began at {first.BeganAt:mm:ss.fff}.");
            }

            var results = said.Results.Where(r => r.RunId == run).ToList();
            Add(results.Count == 1, $"{run} was acknowledged and has {results.Count} results.");
            if (results.Count == 1 && asked.Guarantee == RunGuarantee.AtLeastOnce)
            {
                Add(results[0].Status is RunStatus.Succeeded or RunStatus.Failed || (results[0].Status == RunStatus.Cancelled && truth.MayBeCancelled(run)), $"{run} is to be repeated until it ends, and ended as {results[0].Status}: {results[0].Error}");
            }
        }
    }

    /// <summary>Each result is that of a run that came to it, has a number of its own, and is the only one of its run.</summary>
    private void JudgeHistory(string task, IReadOnlyList<TaskResult> results)
    {
        foreach (var twice in results.Where(r => MustBeOnce(r.Trigger)).GroupBy(r => r.RunId).Where(g => g.Count() > 1))
        {
            // An occurrence that may not be repeated is reported as lost by whoever cannot know what came of it; who knows says it all the same.
            Add(twice.First().Trigger == RunTrigger.Schedule && twice.Count(r => r.Status == RunStatus.Lost) == twice.Count() - 1, $"{twice.Key} has {twice.Count()} results: {string.Join(", ", twice.Select(static r => $"{r.Status} {r.Sequence}"))}.");
        }

        foreach (var lost in results.Where(r => r.Status == RunStatus.Lost && results.All(o => o.RunId != r.RunId || o.Status == RunStatus.Lost)))
        {
            // Of an attempt that succeeded when all was well somebody knows; one that failed may be followed by another, which may be lost. What a silo could not store while there were faults may be lost with the silo, or with the activation.
            var known = truth.Attempts.LastOrDefault(a => a.Run == lost.RunId && a.Status == RunStatus.Succeeded && a.EndedAt > truth.LastLoss && a.EndedAt > wellSince + Lateness);
            Add(known is null || !MustBeOnce(lost.Trigger), $"{lost.RunId} is said to be lost, and an attempt on {known?.Silo}, which was not lost, {known?.Status}.");
        }

        foreach (var result in results.Where(r => r.Status is RunStatus.Succeeded or RunStatus.Failed && r.StartedAt is not null))
        {
            Add(truth.Attempts.Any(a => a.Run == result.RunId && a.Status == result.Status), $"{result.RunId} is said to have ended as {result.Status}, and no attempt did.");
        }
    }

    /// <summary>What a caller was told of a run is what came of it, and no other result has its number.</summary>
    private void JudgeTold(string task, IReadOnlyList<TaskResult> results)
    {
        var told = truth.Told.Where(r => r.RunId.Task == task).ToList();
        foreach (var result in told.Where(r => r.Status is RunStatus.Succeeded or RunStatus.Failed && r.StartedAt is not null))
        {
            Add(truth.Attempts.Any(a => a.Run == result.RunId && a.Status == result.Status), $"A caller was told that {result.RunId} {result.Status}, and no attempt did.");
        }

        foreach (var twice in told.Concat(results).DistinctBy(r => (r.RunId, r.Sequence, r.Status)).GroupBy(r => r.Sequence).Where(g => g.Count() > 1))
        {
            Add(false, $"{task} has the number {twice.Key} {twice.Count()} times: {string.Join(", ", twice.Select(static r => $"{r.RunId} {r.Status}"))}.");
        }
    }

    /// <summary>The ledger has each planned instant, and when all is well again the task fires at each.</summary>
    private void JudgePlan(TaskSaid said)
    {
        if (said is not { Plan: { Changes: false, Period: { } period }, Ledger: { Since: { } since, Through: { } through } ledger })
        {
            return;
        }

        Add(Math.Abs(ledger.Planned - ((through - since) / period)) <= 1.01, $"The ledger of {said.Task} has {ledger.Planned} instants from {since:mm:ss.fff} to {through:mm:ss.fff}; it is due every {period}.");
        var (from, to) = ((since > FoundSince ? since : FoundSince) + Recovery, said.At - Lateness);
        var due = (int)Math.Floor((to - from) / period);
        if (said.Plan.IsPunctual && due > 0)
        {
            var begun = truth.Attempts.Where(a => a.Run.Task == said.Task && a.Trigger == RunTrigger.Schedule && from <= a.ScheduledAt && a.ScheduledAt <= to).Select(a => a.Run).Distinct().Count();
            Add(begun >= due, $"{said.Task} was due {due} times from {from:mm:ss.fff} to {to:mm:ss.fff}, and began {begun} times.");
        }
    }

    /// <summary>What began and is in no stretch of the ledger that says so.</summary>
    private string Strange(string task, TaskLedger ledger) => string.Join(", ", truth.Attempts
        .Where(a => a.Run.Task == task && a.Trigger == RunTrigger.Schedule && a.ScheduledAt <= ledger.Through && !ledger.Ranges.Any(r => r.Outcome != OccurrenceOutcome.Skipped && r.From <= a.ScheduledAt && a.ScheduledAt <= r.To))
        .Select(a => $"{a.Run} of {a.ScheduledAt:mm:ss.fffffff} {a.Status}")) + $"; {string.Join(", ", ledger.Ranges.Select(r => $"{r.From:mm:ss.fff} to {r.To:mm:ss.fff} {r.Count} {r.Outcome} {r.Reason}"))}";

    /// <summary>
    /// Each planned instant has one outcome, and what began is in the ledger as fired, or lost. What a silo began that had not heard of a pause may stay among what the pause left out.
    /// </summary>
    private void JudgeLedger(string task, IReadOnlyList<TaskResult> results, TaskLedger ledger, bool isWhole)
    {
        if (ledger.Planned == 0)
        {
            return;
        }

        // Of one that ended while nothing could be stored, and whose task then left its silo, nobody knows: it may be left out when it is made once more.
        var told = results.Where(r => r.Trigger == RunTrigger.Schedule && r.ScheduledAt <= ledger.Through).Select(r => r.RunId).Distinct().Count();
        var ran = results.Where(r => r is { Trigger: RunTrigger.Schedule, Status: RunStatus.Succeeded or RunStatus.Failed } && r.ScheduledAt <= ledger.Through).Select(r => r.RunId).Distinct().Count();
        Add(told <= ledger.Fired + ledger.Missed + ledger.Skipped, $"The history of {task} has {told} occurrences, and its ledger {ledger.Planned} since {ledger.Since:mm:ss.fff}: {Strange(task, ledger)}");
        Add(!isWhole || ran <= ledger.Fired + ledger.Pending, $"The history of {task} has {ran} occurrences that ended; its ledger has {ledger.Fired} fired, {ledger.Missed} missed and {ledger.Pending} pending. {Strange(task, ledger)}");
    }
}
