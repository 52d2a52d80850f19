using OrleansTasks.Chaos.Faults;

namespace OrleansTasks.Chaos.Judging;

/// <summary>Compares what handlers did with the items of their lists with what they had saved. Has no side effects.</summary>
internal sealed class ListJudge
{
    private readonly IReadOnlyList<Outage> _outages;
    private readonly List<string> _findings = [];
    private int _misplaced;
    private int _recomputed;
    private int _unfinished;
    private int _forgotten;

    private ListJudge(IReadOnlyList<Outage> outages) => _outages = outages;

    public static ListVerdict Decide(IReadOnlyList<ListRun> runs, IReadOnlyList<WorkRecord> records, IReadOnlyList<Outage> happened)
    {
        var judge = new ListJudge([.. happened.Where(static o => o.Excuses)]);
        var calls = records.Where(static r => r.Kind <= WorkKind.ListEnded).GroupBy(static r => r.Run.Value)
            .ToDictionary(static g => g.Key, static g => g.GroupBy(static r => r.Execution).Select(static c => new Call(c))
                .OrderBy(static c => c.Attempt).ThenBy(static c => c.BeganAt).ToList());
        foreach (var of in calls.Values)
        {
            judge.JudgePlaces(of);
            judge.JudgeSteps(of);
        }

        foreach (var run in runs)
        {
            judge.JudgeEnd(run, calls.GetValueOrDefault(run.Run.Value, []));
        }

        return new ListVerdict
        {
            Runs = runs.Count,
            Continued = calls.Values.Sum(static c => c.Count(static call => call.First > 0)),
            MostCalls = calls.Values.Select(static c => c.Count).DefaultIfEmpty().Max(),
            Misplaced = judge._misplaced,
            Recomputed = judge._recomputed,
            Unfinished = judge._unfinished,
            Forgotten = judge._forgotten,
            Findings = judge._findings,
        };
    }

    /// <summary>
    /// Checks where each attempt begins: not before what was stored when an earlier one was told so, and not beyond what was done. Each
    /// attempt goes through its items in order.
    /// </summary>
    private void JudgePlaces(List<Call> calls)
    {
        foreach (var call in calls)
        {
            for (var n = 1; n < call.Begun.Count; n++)
            {
                if (call.Begun[n].Number != call.Begun[n - 1].Number + 1)
                {
                    _misplaced++;
                    _findings.Add($"skipped: {call} went from item {call.Begun[n - 1].Number} to {call.Begun[n].Number}");
                }
            }

            if (call.First is not { } first)
            {
                continue;
            }

            foreach (var earlier in calls.Where(c => c.Attempt < call.Attempt))
            {
                if (earlier.Stored.LastOrDefault(s => s.Number > first) is { } stored)
                {
                    Misplaced(_outages.MayForget(stored.At),
                        $"repeated: {call} began at item {first}, and {earlier} was told at {stored.At:HH:mm:ss.fff} that "
                            + $"{stored.Number} items were stored as done");
                }
                else if (earlier.First > first)
                {
                    // It began with what was stored. What it began with may have been saved shortly before the store went back.
                    Misplaced(_outages.Any(o => o.IsRollback && _outages.MayLoseMemory(o) && earlier.BeganAt >= o.From
                        && earlier.BeganAt <= o.Healed + Promises.WrittenAgain),
                            $"repeated: {call} began at item {first}, and {earlier} began at item {earlier.First}");
                }
            }

            if (first > 0 && !calls.Any(c => c != call && c.Done.Contains(first - 1)))
            {
                Misplaced(false, $"skipped: {call} began at item {first}, and item {first - 1} was never done");
            }
        }
    }

    private void Misplaced(bool isForgotten, string finding)
    {
        if (isForgotten)
        {
            _forgotten++;
            return;
        }

        _misplaced++;
        _findings.Add(finding);
    }

    /// <summary>Checks that a step that has returned is not computed by a later attempt, which gets the same result.</summary>
    private void JudgeSteps(List<Call> calls)
    {
        foreach (var call in calls)
        {
            foreach (var earlier in calls.Where(c => c.Attempt < call.Attempt))
            {
                if (earlier.Step is not { } stored || (call.Computed is null && (call.Step is null || call.Step.Number == stored.Number)))
                {
                    continue;
                }

                if (_outages.MayForget(stored.At))
                {
                    _forgotten++;
                    continue;
                }

                _recomputed++;
                _findings.Add($"recomputed: {earlier} was told at {stored.At:HH:mm:ss.fff} that its step is stored with {stored.Number}, "
                    + $"and {call} {(call.Computed is null ? $"got {call.Step!.Number}" : "computed it again")}");
            }
        }
    }

    /// <summary>Checks that a run ends, and that all of its items were done.</summary>
    private void JudgeEnd(ListRun run, List<Call> calls)
    {
        if (run.Status == RunStatus.Succeeded)
        {
            var done = calls.SelectMany(static c => c.Done).ToHashSet();
            if (done.Count < run.Items || !calls.Exists(static c => c.EndedAt is not null))
            {
                _unfinished++;
                _findings.Add($"false: {run.Run} is said to have succeeded, and {done.Count} of its {run.Items} items were done");
            }
        }
        else if (run.Status is null && (_outages.MayForget(run.AcceptedAt)
            || calls.Exists(c => c.EndedAt is { } ended && _outages.Any(o => o.ForgetsHistory(ended)))))
        {
            _forgotten++;
        }
        else if (run.Status != RunStatus.Lost || calls.Count(static c => !c.HasSaved) < Promises.MaxLosses)
        {
            // Only losses of attempts that had saved nothing may end a run.
            _unfinished++;
            _findings.Add($"unfinished: {run.Run}, which saves how far it is, {(run.Status is { } s ? $"ended as {s}" : "never ended")}"
                + $" after {calls.Count} calls, {calls.Count(static c => c.HasSaved)} of which had saved something");
        }
    }

    /// <summary>Represents one call of the handler.</summary>
    private sealed class Call
    {
        private readonly WorkRecord _any;

        public Call(IEnumerable<WorkRecord> records)
        {
            var inOrder = records.ToList();
            _any = inOrder[0];
            Begun = [.. inOrder.Where(static r => r.Kind == WorkKind.ItemBegun)];
            Stored = [.. inOrder.Where(static r => r.Kind == WorkKind.Stored)];
            Done = inOrder.Where(static r => r.Kind == WorkKind.ItemDone).Select(static r => r.Number).ToHashSet();
            Computed = inOrder.Find(static r => r.Kind == WorkKind.StepComputed);
            Step = inOrder.Find(static r => r.Kind == WorkKind.StepReturned);
            EndedAt = inOrder.Find(static r => r.Kind == WorkKind.ListEnded)?.At;
        }

        public int Attempt => _any.Attempt;

        public DateTimeOffset BeganAt => _any.At;

        /// <summary>Gets the first item that it began; null if none.</summary>
        public int? First => Begun.Count > 0 ? Begun[0].Number : null;

        public IReadOnlyList<WorkRecord> Begun { get; }

        public IReadOnlyList<WorkRecord> Stored { get; }

        public IReadOnlySet<int> Done { get; }

        public WorkRecord? Computed { get; }

        public WorkRecord? Step { get; }

        public DateTimeOffset? EndedAt { get; }

        /// <summary>Gets whether it certainly had something stored.</summary>
        public bool HasSaved => Stored.Count > 0 || (Computed is not null && Step is not null);

        public override string ToString() => $"attempt {Attempt} of {_any.Run}";
    }
}
