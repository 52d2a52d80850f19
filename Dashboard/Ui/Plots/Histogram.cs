namespace OrleansTasks.Ui;

/// <summary>Counts durations in steps that grow by similar factors. Pure.</summary>
public sealed record Histogram(IReadOnlyList<HistogramStep> Steps, TimeSpan? Median, TimeSpan? High)
{
    // 1, 2 and 5 times each power of ten, from 1 ms to 5,000 s.
    private static readonly double[] Bounds =
        [.. Enumerable.Range(0, 7).SelectMany(p => new[] { 1, 2, 5 }.Select(s => s * Math.Pow(10, p)))];

    /// <summary>Counts durations. Empty steps at both ends are omitted.</summary>
    public static Histogram Of(IEnumerable<TimeSpan> durations)
    {
        var sorted = durations.Order().ToArray();
        if (sorted.Length == 0)
        {
            return new Histogram([], null, null);
        }

        var counts = new int[Bounds.Length + 1];
        foreach (var duration in sorted)
        {
            counts[StepOf(duration)]++;
        }

        var (first, last) = (Array.FindIndex(counts, c => c > 0), Array.FindLastIndex(counts, c => c > 0));
        var steps = Enumerable.Range(first, last - first + 1).Select(i => new HistogramStep(
            i == 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Bounds[i - 1]),
            i == Bounds.Length ? null : TimeSpan.FromMilliseconds(Bounds[i]), counts[i]));
        return new Histogram([.. steps], At(sorted, 0.5), At(sorted, 0.99));
    }

    private static TimeSpan At(TimeSpan[] sorted, double part) =>
        sorted[Math.Clamp((int)Math.Ceiling(sorted.Length * part) - 1, 0, sorted.Length - 1)];

    private static int StepOf(TimeSpan duration)
    {
        var at = Array.FindIndex(Bounds, b => duration.TotalMilliseconds < b);
        return at < 0 ? Bounds.Length : at;
    }
}

/// <summary>Represents one step of a histogram.</summary>
/// <param name="From">The inclusive lower bound.</param>
/// <param name="To">The exclusive upper bound; null if there is none.</param>
/// <param name="Count">The number of durations in the step.</param>
public sealed record HistogramStep(TimeSpan From, TimeSpan? To, int Count)
{
    /// <summary>Gets the description of the step.</summary>
    public string Label => To is { } to ? $"{Clock.Exact(From)} – {Clock.Exact(to)}" : $"over {Clock.Exact(From)}";
}
