using System.Text.Json;
using OrleansTasks.Chaos.Judging;

namespace OrleansTasks.Chaos;

/// <summary>Reports the outcome of a check on the console and in files.</summary>
internal static class Report
{
    private const int MostFindings = 40;
    private const int MostRecoveries = 200;

    public static async Task WriteAsync(ChaosOptions options, Outcome outcome)
    {
        var (verdict, claims) = (outcome.Verdict, outcome.Claims);
        await File.WriteAllTextAsync(Path.Combine(options.Folder, "timeline.html"),
            Timeline.Draw(verdict, outcome.Outages, outcome.Start, outcome.End));
        await File.WriteAllLinesAsync(Path.Combine(options.Folder, "findings.txt"), verdict.Findings.Concat(
            claims.Requests.Where(r => r.Error is not null).Select(r => $"error of a run: {r.Error}")).Concat(
            verdict.Targets.Where(t => t is { Met: false, ReportedLost: true })
                .Select(t => $"reported lost: {t.Task.Name} due at {t.Due:HH:mm:ss.fff}")));
        await File.WriteAllLinesAsync(Path.Combine(options.Folder, "recoveries.txt"), verdict.Recoveries.Take(MostRecoveries).Select(
            r => $"{r.Late.TotalSeconds:0.000} s\t{r.Target.Task.Name} due at {r.Target.Due:HH:mm:ss.fff}, began at "
                + $"{r.Target.Start:HH:mm:ss.fff}\t{r.Outage.Fault.Describe()}, {r.Outage.From:HH:mm:ss.fff} to "
                + $"{r.Outage.Healed:HH:mm:ss.fff}"));
        await File.WriteAllLinesAsync(Path.Combine(options.Folder, "heard.txt"), claims.Subscription.Heard.Select(
            h => $"{h.At:HH:mm:ss.fff}\t{h.Task}\t{h.Sequence}{(h.Missed == 0 ? "" : $"\tgap of {h.Missed}")}"));
        await File.WriteAllLinesAsync(Path.Combine(options.Folder, "notices.txt"),
            (claims.Notices ?? []).Select(n => $"{n.At:HH:mm:ss.fff}\t{n.Kind}\t{n.Text}"));
        await File.WriteAllLinesAsync(Path.Combine(options.Folder, "histories.txt"), claims.Subscription.Kept.Select(
            r => $"{r.FinishedAt:HH:mm:ss.fff}\t{r.Task}\t{r.Sequence}\t{r.RunId.Value:N}\t{r.Status}\t{r.Silo}"));
        foreach (var finding in verdict.Findings.Take(MostFindings))
        {
            Console.WriteLine(finding);
        }

        Console.WriteLine(
            $"{claims.Dispatches.Count} dispatches acknowledged, {outcome.Refused} not; {claims.Requests.Count} runs asked for, "
                + $"{claims.Requests.Count(r => r.Result?.Status == RunStatus.Lost)} lost with their silo, "
                + $"{claims.Requests.Count(r => r.Error is not null)} ended in errors; "
                + $"{outcome.Records.Count(r => r.Kind == RecordKind.Start)} runs began; {claims.Subscription.Heard.Count} results "
                + $"heard, {claims.Subscription.Kept.Count} kept in the histories.");
        Console.WriteLine("RESULT " + JsonSerializer.Serialize(new
        {
            scenario = "chaos",
            store = options.Store.ToString().ToLowerInvariant(),
            silos = options.Silos,
            seed = options.Seed,
            seconds = (int)(outcome.End - outcome.Start).TotalSeconds,
            targets = verdict.Targets.Count,
            met = verdict.Met,
            missed = verdict.Missed,
            duplicates = verdict.Duplicates,
            lost = verdict.Lost,
            rolledBack = verdict.RolledBack,
            lostByRollback = verdict.LostByRollback,
            forgottenResults = verdict.ForgottenResults,
            hung = verdict.Hung,
            unheard = verdict.Unheard,
            reportedLost = verdict.ReportedLost,
            repeats = verdict.Repeats,
            lists = new
            {
                runs = verdict.Lists.Runs,
                continued = verdict.Lists.Continued,
                mostCalls = verdict.Lists.MostCalls,
                misplaced = verdict.Lists.Misplaced,
                recomputed = verdict.Lists.Recomputed,
                unfinished = verdict.Lists.Unfinished,
                forgotten = verdict.Lists.Forgotten,
            },
            book = claims.Book is null ? null : new
            {
                orders = verdict.Book.Orders,
                rolledBack = verdict.Book.RolledBack,
                found = verdict.Book.Found,
                unbooked = verdict.Book.Unbooked,
                bookedTwice = verdict.Book.BookedTwice,
                stray = verdict.Book.Stray,
                forgotten = verdict.Book.Forgotten,
            },
            latenessP99Ms = Math.Round(verdict.LatenessP99Ms, 1),
            recoveryP99Ms = Math.Round(verdict.RecoveryP99Ms, 1),
            faults = outcome.Outages.GroupBy(o => o.Fault.Kind.ToString().ToLowerInvariant()).ToDictionary(g => g.Key, g => g.Count()),
        }));
    }
}
