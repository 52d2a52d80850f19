using OrleansTasks.Chaos.Judging;

namespace OrleansTasks.Chaos;

/// <summary>Falsifies the observations, to show that the checker finds errors.</summary>
internal static class Plant
{
    // Skip the first runs: a fault may excuse errors there.
    private const int Passed = 10;

    public static readonly IReadOnlyList<string> Known = ["lost", "doubled", "late", "unheard", .. PlantedWork.Known];

    public static IReadOnlyList<RunRecord> Apply(string? what, IReadOnlyList<RunRecord> records)
    {
        return what switch
        {
            "lost" => [.. records.Where(r => r.Run != Chosen())],
            "doubled" => [.. records, .. records.Where(r => r.Run == Chosen())],
            "late" => [.. records.Select(r => r.Run == Chosen() ? r with { At = r.At + TimeSpan.FromMinutes(1) } : r)],
            _ => records,
        };

        RunId Chosen() => records.Where(r => r is { Kind: RecordKind.Start, Trigger: RunTrigger.Schedule }).Skip(Passed).First().Run;
    }

    public static IReadOnlyList<WorkRecord> Apply(string? what, IReadOnlyList<WorkRecord> records) => PlantedWork.Apply(what, records);

    public static Book? Apply(string? what, Book? book) => book is null ? null : PlantedWork.Apply(what, book);

    public static Subscription Apply(string? what, Subscription subscription)
    {
        if (what != "unheard")
        {
            return subscription;
        }

        var kept = subscription.Kept.Where(r => r.Trigger == RunTrigger.Schedule).Skip(Passed).First();
        return subscription with { Heard = [.. subscription.Heard.Where(h => h.Task != kept.Task || h.Sequence != kept.Sequence)] };
    }
}
