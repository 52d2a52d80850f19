using System.Globalization;

namespace OrleansTasks.Chaos.Judging;

internal enum WorkKind
{
    /// <summary>The function of a step is called. The number is its result.</summary>
    StepComputed,

    /// <summary>A step has returned. The number is its result, which is stored.</summary>
    StepReturned,

    /// <summary>An item is begun. The number is its place in the list.</summary>
    ItemBegun,

    /// <summary>An item is done. The number is its place in the list.</summary>
    ItemDone,

    /// <summary>A save was acknowledged. The number of items that are done is stored.</summary>
    Stored,

    /// <summary>A list is done.</summary>
    ListEnded,

    /// <summary>The handler of an order is called.</summary>
    OrderBegun,

    /// <summary>An order is booked: the commit was acknowledged.</summary>
    OrderBooked,

    /// <summary>An attempt has found that its order was booked before.</summary>
    OrderFound,
}

/// <summary>Represents what a handler recorded about its work.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Run">The run.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Execution">The call of the handler.</param>
/// <param name="Number">A number, whose meaning depends on the kind.</param>
/// <param name="At">When it happened.</param>
internal sealed record WorkRecord(WorkKind Kind, RunId Run, int Attempt, Guid Execution, int Number, DateTimeOffset At)
{
    public string ToLine() => string.Create(
        CultureInfo.InvariantCulture, $"{Kind}\t{Run}\t{Attempt}\t{Execution:N}\t{Number}\t{At.UtcTicks}\n");

    /// <summary>Reads lines. Ignores a last line that a killed process did not finish.</summary>
    /// <exception cref="FormatException">A line is not a record.</exception>
    public static IEnumerable<WorkRecord> Read(string text) =>
        text.Split('\n').SkipLast(1)
            .Select((line, n) => ReadLine(line.Split('\t')) ?? throw new FormatException($"Line {n + 1} is no record: '{line}'."));

    private static WorkRecord? ReadLine(string[] parts) =>
        parts.Length == 6
        && Enum.TryParse<WorkKind>(parts[0], out var kind)
        && RunId.TryParse(parts[1], null, out var run)
        && int.TryParse(parts[2], CultureInfo.InvariantCulture, out var attempt)
        && Guid.TryParse(parts[3], out var execution)
        && int.TryParse(parts[4], CultureInfo.InvariantCulture, out var number)
        && long.TryParse(parts[5], CultureInfo.InvariantCulture, out var at)
            ? new WorkRecord(kind, run, attempt, execution, number, new DateTimeOffset(at, TimeSpan.Zero))
            : null;
}
