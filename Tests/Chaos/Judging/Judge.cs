using OrleansTasks.Chaos.Faults;

namespace OrleansTasks.Chaos.Judging;

/// <summary>Compares what handlers did with what had to happen. Has no side effects.</summary>
internal static class Judge
{
    // A handler may begin this much before its instant, because clocks are read in whole milliseconds.
    private static readonly TimeSpan Early = TimeSpan.FromMilliseconds(2);

    public static Verdict Decide(Claims claims, IReadOnlyList<RunRecord> records, IReadOnlyList<WorkRecord> work,
        IReadOnlyList<Outage> happened)
    {
        var (lists, book) = (ListJudge.Decide(claims.Lists, work, happened), BookJudge.Decide(claims.Book, work, happened));
        var verdict = Decide(claims, records, happened);
        return verdict with { Lists = lists, Book = book, Findings = [.. verdict.Findings, .. lists.Findings, .. book.Findings] };
    }

    public static Verdict Decide(Claims claims, IReadOnlyList<RunRecord> records, IReadOnlyList<Outage> happened)
    {
        var outages = happened.Where(o => o.Excuses).Select(o => o.SettledWith(happened)).ToList();
        var findings = new List<string>();
        var starts = records.Where(r => r.Kind == RecordKind.Start).GroupBy(r => r.Run.Value)
            .ToDictionary(g => g.Key, g => g.OrderBy(r => r.At).ToList());
        var ends = records.Where(r => r.Kind == RecordKind.End).ToLookup(r => r.Run.Value);
        var (duplicates, repeats, lost, lostByRollback, forgotten, hung, standing) = (0, 0, 0, 0, 0, 0, 0);

        var targets = JudgeTargets();
        JudgeStanding();
        JudgeDispatches();
        JudgeRequests();
        JudgeRollbacks();
        JudgeHostile();
        var misheard = SubscriptionJudge.Decide(claims.Subscription, outages).ToList();
        findings.AddRange(misheard.Select(m => m.Text));
        var firing = targets.Where(t => t.Start is not null).Select(t => t.Lateness.TotalMilliseconds).ToList();
        var recoveries = Recoveries(targets, outages).OrderByDescending(static r => r.Late).ToList();
        return new Verdict
        {
            Targets = targets,
            Met = targets.Count(t => t.Met),
            ReportedLost = targets.Count(t => t is { Met: false, ReportedLost: true }),
            Missed = standing + targets.Count(t => t is { Met: false, ReportedLost: false } && !outages.Any(o => o.ExcusesMissing(t.Due))),
            Duplicates = duplicates,
            Repeats = repeats,
            Lost = lost,
            RolledBack = claims.Notices?.Count(n => n.Kind == TaskEventKind.StorageWentBack) ?? 0,
            LostByRollback = lostByRollback,
            ForgottenResults = forgotten,
            Hung = hung,
            Unheard = misheard.Sum(m => m.Results),
            LatenessP99Ms = Percentile(firing),
            Recoveries = recoveries,
            RecoveryP99Ms = Percentile(recoveries.Select(static r => r.Late.TotalMilliseconds)),
            Findings = findings,
        };

        // However wrong a clock is, tasks must continue to fire.
        void JudgeStanding()
        {
            foreach (var task in claims.Tasks)
            {
                var begins = records.Where(r => r is { Kind: RecordKind.Start, Trigger: RunTrigger.Schedule } && r.Run.Task == task.Name)
                    .Select(r => r.At).ToList();
                foreach (var outage in outages.Where(o => o.IsClock))
                {
                    var (from, until) = (outage.Struck, outage.Struck + Promises.Recovery + Promises.Slowest);
                    if (until < outage.Healed && outages.All(o => o.IsClock || o.From > until || o.Healed + Promises.Recovery < from)
                        && !begins.Any(b => b >= from && b <= until))
                    {
                        standing++;
                        findings.Add(
                            $"standing: {task.Name} ({task.Guarantee}) did not fire from {from:HH:mm:ss.fff}, when a clock was put "
                                + $"{(outage.Fault.Step > TimeSpan.Zero ? "forward" : "back")}, until {until:HH:mm:ss.fff}");
                    }
                }
            }
        }

        List<TargetOutcome> JudgeTargets()
        {
            var byTask = records.Where(r => r is { Kind: RecordKind.Start, Trigger: RunTrigger.Schedule }).GroupBy(r => r.Run.Task)
                .ToDictionary(g => g.Key, g => g.ToList());
            var reported = claims.Results.Values.Where(r => r is { Trigger: RunTrigger.Schedule, Status: RunStatus.Lost })
                .Select(r => (r.Task, r.ScheduledAt)).ToHashSet();
            var outcomes = new List<TargetOutcome>();
            foreach (var task in claims.Tasks)
            {
                var runs = byTask.GetValueOrDefault(task.Name, []).GroupBy(r => r.ScheduledAt)
                    .ToDictionary(g => g.Key, g => g.OrderBy(r => r.At).ToList());
                foreach (var due in task.Targets())
                {
                    runs.Remove(due, out var found);
                    var mayRepeat = outages.Any(o => o.ExcusesRepeating(due));
                    var limit = Limit(task, due, outages);
                    if (found is null
                        ? (mayRepeat && outages.Any(o => o.ExcusesMissing(due))) || IsPassedOver(task, due)
                        : found[0].At > limit && IsSecondTime(task, due, found[0].At))
                    {
                        continue;
                    }

                    var outcome = new TargetOutcome(task, due, limit, found?[0].At, reported.Contains((task.Name, due)));
                    outcomes.Add(outcome);
                    if (outcome is { Met: false, ReportedLost: false } && !outages.Any(o => o.ExcusesMissing(due)))
                    {
                        findings.Add(
                            $"missed: {task.Name} ({task.Guarantee}) was due at {due:HH:mm:ss.fff} and "
                                + (outcome.Start is { } start
                                    ? $"began at {start:HH:mm:ss.fff}, after {outcome.Limit:HH:mm:ss.fff}"
                                    : "never began"));
                    }

                    if (found?[0].At < due - Early && !mayRepeat)
                    {
                        findings.Add($"early: {task.Name} was due at {due:HH:mm:ss.fff} and began at {found[0].At:HH:mm:ss.fff}");
                    }

                    if (!mayRepeat)
                    {
                        JudgeRuns(task.Name, task.Guarantee, found ?? []);
                    }
                }

                // The last occurrences may be due after the period. An occurrence at any other instant is not in the schedule.
                foreach (var (due, _) in runs.Where(r => r.Key > task.From && r.Key <= task.To))
                {
                    duplicates++;
                    findings.Add($"stray: {task.Name} ran for {due:HH:mm:ss.fff}, at which it was not due");
                }
            }

            return outcomes;
        }

        // An occurrence that had to wait for an earlier fault is as late as the clock says once the clock has stepped forward.
        bool IsPassedOver(ScheduledTask task, DateTimeOffset due) => outages.Any(o =>
            o.IsClock && o.Fault.Step >= Promises.MisfireThreshold && due <= o.From
                && Limit(task, due, [.. outages.Where(before => before.From < o.From)]) >= o.From);

        // An at-most-once run may have been lost with its silo before a clock stepped back to its instant. Then its result is that of the
        // second time.
        bool IsSecondTime(ScheduledTask task, DateTimeOffset due, DateTimeOffset start) => task.Guarantee == RunGuarantee.AtMostOnce
            && outages.Any(o => o.IsClock && o.Fault.Step < TimeSpan.Zero && o.ExcusesRepeating(due) && start >= o.Struck)
            && outages.Any(o => o.LosesSilos && o.From <= due + Promises.Punctual && o.Healed >= due);

        void JudgeDispatches()
        {
            foreach (var dispatch in claims.Dispatches)
            {
                var runs = starts.GetValueOrDefault(dispatch.Run.Value, []);
                JudgeRuns(dispatch.Run.ToString(), dispatch.Guarantee, runs);
                var isReported = dispatch.Result is { Status: RunStatus.Lost } reported
                    && (dispatch.Guarantee == RunGuarantee.AtMostOnce || MayHaveLostTooManySilos(dispatch.AcceptedAt, reported.FinishedAt));
                var ended = ends[dispatch.Run.Value].Any();
                if (!ended && !isReported && outages.Any(o => o.Forgets(dispatch.AcceptedAt) && MayLoseMemory(o)))
                {
                    lostByRollback++;
                    Reported(dispatch.Run, dispatch.AcceptedAt);
                }
                else if (!ended && !isReported)
                {
                    lost++;
                    findings.Add(
                        $"lost: the dispatch {dispatch.Run} ({dispatch.Guarantee}), due at {dispatch.DueAt:HH:mm:ss.fff}, "
                            + $"{(runs.Count > 0 ? "never ended" : "never began")}; its result: "
                            + $"{dispatch.Result?.Status.ToString() ?? "none"}");
                }
                else if (dispatch.Result is null && ends[dispatch.Run.Value].Any(e => outages.Any(o => o.ForgetsHistory(e.At))))
                {
                    forgotten++;
                }
                else if (dispatch.Result is null && outages.Any(o => o.Forgets(dispatch.AcceptedAt) && MayLoseMemory(o)))
                {
                    // The run continued in the memory of its owner, which was lost before the store had the run again.
                    lostByRollback++;
                    Reported(dispatch.Run, dispatch.AcceptedAt);
                }
                else if (dispatch.Result is null)
                {
                    hung++;
                    findings.Add($"hung: nobody was told the result of {dispatch.Run}");
                }
            }
        }

        // The outages do not tell which run ended a silo. A run that was on the silo each time ends as lost too.
        bool MayHaveLostTooManySilos(DateTimeOffset from, DateTimeOffset until) =>
            outages.Where(o => o.LosesSilos && o.From <= until && o.Healed >= from)
                .Sum(o => o.Fault.Kind == FaultKind.Deadly ? Promises.MaxLosses : 1) >= Promises.MaxLosses;

        bool MayLoseMemory(Outage rollback) => outages.MayLoseMemory(rollback);

        void Reported(RunId run, DateTimeOffset acceptedAt)
        {
            // If the owner is killed before the store is back, there is no trace of what both forgot. An owner that survives has written to
            // the store beyond it.
            if (!outages.Any(o => o.Forgets(acceptedAt) && o.LosesSilos)
                && Said(n => n.Kind == TaskEventKind.StorageLost && n.At >= acceptedAt) == false)
            {
                findings.Add(
                    $"unreported: the store forgot the dispatch {run}, acknowledged at {acceptedAt:HH:mm:ss.fff}, and no partition said "
                        + "that it lost something");
            }
        }

        void JudgeRollbacks()
        {
            foreach (var rollback in outages.Where(o => o.IsRollback))
            {
                var forgotten = claims.Dispatches.Count(d => d.AcceptedAt >= rollback.From && d.AcceptedAt <= rollback.Struck);
                if (forgotten > 0 && Said(n => n.At >= rollback.From && n.At <= rollback.Healed + Promises.Told) == false)
                {
                    findings.Add(
                        $"silent: the store went back to {rollback.From:HH:mm:ss.fff} and forgot {forgotten} dispatches, and no "
                            + "partition said so");
                }
            }
        }

        // Events wait in the memory of silos and are lost with them, but logs are not. Null: neither is available.
        bool? Said(Func<Notice, bool> isIt) =>
            claims.Notices is null && claims.Logged is null ? null : (claims.Notices ?? []).Concat(claims.Logged ?? []).Any(isIt);

        void JudgeHostile()
        {
            foreach (var run in claims.Hostile.Where(h => h.Status != h.Expected))
            {
                if (run.Status is null && outages.Any(o => o.Forgets(run.AcceptedAt) && MayLoseMemory(o)))
                {
                    lostByRollback++;
                    Reported(run.Run, run.AcceptedAt);
                    continue;
                }

                hung += run.Status is null ? 1 : 0;
                findings.Add(
                    run.Status is { } status
                        ? $"false: {run.Run} ended as {status}, and was to end as {run.Expected}"
                        : $"hung: {run.Run}, whose handler does what no handler should, never ended");
            }
        }

        void JudgeRequests()
        {
            foreach (var request in claims.Requests)
            {
                if (request.Result is not { } result)
                {
                    if (request.Error is null)
                    {
                        hung++;
                        findings.Add("hung: a caller of RunAsync was not answered");
                    }

                    continue;
                }

                JudgeRuns(result.RunId.ToString(), request.Guarantee, starts.GetValueOrDefault(result.RunId.Value, []));
                if (result.Status == RunStatus.Succeeded && !ends[result.RunId.Value].Any())
                {
                    findings.Add($"false: {result.RunId} is said to have succeeded, and never ended");
                }
            }
        }

        void JudgeRuns(string name, RunGuarantee guarantee, List<RunRecord> runs)
        {
            for (var i = 1; i < runs.Count; i++)
            {
                // With AtLeastOnce, a repeat needs an excuse: the silo of the earlier attempt, or its report, may have been lost.
                var before = runs[i - 1];
                var excused = guarantee == RunGuarantee.AtLeastOnce
                    && outages.Any(o => o.From - Promises.Recovery <= runs[i].At && before.At <= o.Healed + Promises.Recovery);
                var isForgotten =
                    outages.Any(o => o.IsRollback && before.At >= o.From && before.At <= o.Struck + Promises.Recovery && MayLoseMemory(o));
                if (excused || isForgotten)
                {
                    repeats++;
                    continue;
                }

                duplicates++;
                findings.Add(
                    $"duplicate: {name} ({guarantee}) began at {before.At:HH:mm:ss.fff} (attempt {before.Attempt}, run "
                        + $"{before.Run.Value:N}) and again at {runs[i].At:HH:mm:ss.fff} (attempt {runs[i].Attempt}, run "
                        + $"{runs[i].Run.Value:N})");
            }
        }
    }

    /// <summary>Returns the latest time at which an occurrence may begin.</summary>
    private static DateTimeOffset Limit(ScheduledTask task, DateTimeOffset due, IReadOnlyList<Outage> outages)
    {
        var limit = due + Promises.Punctual;
        foreach (var outage in outages.OrderBy(o => o.From))
        {
            // A silo that is killed, frozen or separated is replaced within the promised time. If nothing can be stored, that time begins
            // when storage is back. A fault that comes before the time is over extends it.
            var recovered = outage.RecoveryStarts + Promises.Recovery;
            var settled = outage.Healed + Promises.Recovery;
            if (limit >= outage.From && due <= settled)
            {
                var until = due <= recovered ? recovered : due + Promises.Recovery;
                limit = until > limit ? until : limit;
            }
        }

        // The run may have been on a lost silo in each of these outages.
        var losses = outages.Where(o => o.LosesSilos && o.From <= limit && o.Healed >= due)
            .Sum(static o => o.Fault.Kind == FaultKind.Deadly ? Promises.MaxLosses : 1);
        return task.Guarantee == RunGuarantee.AtLeastOnce && losses > 1 ? limit + Promises.SecondLoss : limit;
    }

    /// <summary>
    /// Returns, for each outage and task, the longest delay of an occurrence that was due during the outage. If nothing could be stored,
    /// the delay counts from the end of the outage.
    /// </summary>
    private static IEnumerable<Recovery> Recoveries(IReadOnlyList<TargetOutcome> targets, IReadOnlyList<Outage> outages)
    {
        foreach (var outage in outages)
        {
            var until = outage.RecoveryStarts + Promises.Recovery;
            foreach (var task in targets.Where(t => !t.ReportedLost && t.Due > outage.From && t.Due <= until).GroupBy(t => t.Task.Name))
            {
                yield return task.Select(t => new Recovery(outage, t, Late(t, outage))).MaxBy(static r => r.Late)!;
            }
        }

        TimeSpan Late(TargetOutcome target, Outage outage)
        {
            var start = target.Start ?? target.Limit + Promises.Recovery;

            // An outage that stopped everything may not be over for all tasks when the first silo is back.
            var since = outages.Where(o => o.StopsAll && o.From <= start && o.From <= outage.RecoveryStarts + Promises.Recovery)
                .Select(o => o.Healed)
                .Append(outage.RecoveryStarts).Append(target.Due).Max();
            return start > since ? start - since : TimeSpan.Zero;
        }
    }

    private static double Percentile(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? 0 : sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(sorted.Count * 0.99) - 1)];
    }
}
