using OrleansTasks.Chaos.Judging;

namespace OrleansTasks.Chaos;

/// <summary>Falsifies records, to show that the checker finds what is wrong.</summary>
internal static class Plant
{
    public static IReadOnlyList<RunRecord> Apply(string? what, IReadOnlyList<RunRecord> records)
    {
        var guarded = records.Where(r => r is { Kind: RecordKind.Start, Trigger: RunTrigger.Schedule }).Skip(10).First();
        return what switch
        {
            null => records,
            "lost" => [.. records.Where(r => r.Run != guarded.Run)],
            "doubled" => [.. records, .. records.Where(r => r.Run == guarded.Run)],
            "late" => [.. records.Select(r => r.Run == guarded.Run ? r with { At = r.At + TimeSpan.FromMinutes(1) } : r)],
            _ => throw new ArgumentException($"--plant is '{what}'; use lost, doubled or late."),
        };
    }
}
