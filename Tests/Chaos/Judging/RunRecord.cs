using System.Globalization;

namespace OrleansTasks.Chaos.Judging;

internal enum RecordKind
{
    Start,
    End,
}

/// <summary>What a handler wrote down of itself.</summary>
internal sealed record RunRecord(RecordKind Kind, RunId Run, int Attempt, RunTrigger Trigger, DateTimeOffset ScheduledAt, DateTimeOffset At)
{
    public string ToLine() => string.Join('\t', Kind, Run, Attempt.ToString(CultureInfo.InvariantCulture), Trigger, Text(ScheduledAt), Text(At)) + "\n";

    /// <summary>Reads lines; a last one that a killed process did not finish counts for nothing.</summary>
    public static IEnumerable<RunRecord> Read(string text)
    {
        foreach (var line in text.Split('\n').SkipLast(1))
        {
            var parts = line.Split('\t');
            yield return new RunRecord(
                Enum.Parse<RecordKind>(parts[0]), RunId.Parse(parts[1]), int.Parse(parts[2], CultureInfo.InvariantCulture), Enum.Parse<RunTrigger>(parts[3]), Instant(parts[4]), Instant(parts[5]));
        }
    }

    private static string Text(DateTimeOffset instant) => instant.UtcTicks.ToString(CultureInfo.InvariantCulture);

    private static DateTimeOffset Instant(string ticks) => new(long.Parse(ticks, CultureInfo.InvariantCulture), TimeSpan.Zero);
}
