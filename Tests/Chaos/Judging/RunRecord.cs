using System.Globalization;

namespace OrleansTasks.Chaos.Judging;

internal enum RecordKind
{
    Start,
    End,
}

/// <summary>Represents what a handler recorded about an attempt.</summary>
internal sealed record RunRecord(RecordKind Kind, RunId Run, int Attempt, RunTrigger Trigger, DateTimeOffset ScheduledAt, DateTimeOffset At)
{
    public string ToLine() =>
        string.Join('\t', Kind, Run, Attempt.ToString(CultureInfo.InvariantCulture), Trigger, Text(ScheduledAt), Text(At)) + "\n";

    /// <summary>Reads lines. Ignores a last line that a killed process did not finish.</summary>
    /// <exception cref="FormatException">A line is not a record.</exception>
    public static IEnumerable<RunRecord> Read(string text) =>
        text.Split('\n').SkipLast(1)
            .Select((line, n) => ReadLine(line.Split('\t')) ?? throw new FormatException($"Line {n + 1} is no record: '{line}'."));

    private static RunRecord? ReadLine(string[] parts) =>
        parts.Length == 6
        && Enum.TryParse<RecordKind>(parts[0], out var kind)
        && RunId.TryParse(parts[1], null, out var run)
        && int.TryParse(parts[2], CultureInfo.InvariantCulture, out var attempt)
        && Enum.TryParse<RunTrigger>(parts[3], out var trigger)
        && long.TryParse(parts[4], CultureInfo.InvariantCulture, out var scheduledAt)
        && long.TryParse(parts[5], CultureInfo.InvariantCulture, out var at)
            ? new RunRecord(kind, run, attempt, trigger, new DateTimeOffset(scheduledAt, TimeSpan.Zero),
                new DateTimeOffset(at, TimeSpan.Zero))
            : null;

    private static string Text(DateTimeOffset instant) => instant.UtcTicks.ToString(CultureInfo.InvariantCulture);
}
