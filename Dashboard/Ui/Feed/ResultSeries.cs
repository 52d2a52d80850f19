namespace OrleansTasks.Ui;

/// <summary>Counts recent results by the time at which they arrived. Thread-safe.</summary>
internal sealed class ResultSeries
{
    /// <summary>The duration of a step.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    /// <summary>The number of steps that are kept.</summary>
    public const int Steps = 60;

    private readonly Lock _gate = new();
    private readonly Slot[] _slots = [.. Enumerable.Range(0, Steps).Select(_ => new Slot())];

    public void Add(TaskResult result, DateTimeOffset now)
    {
        lock (_gate)
        {
            var slot = SlotOf(now.UtcTicks / Step.Ticks);
            switch (result.Status)
            {
                case RunStatus.Succeeded:
                    slot.Succeeded++;
                    break;
                case RunStatus.Failed or RunStatus.TimedOut or RunStatus.Lost:
                    slot.Failed++;
                    break;
                default:
                    slot.Other++;
                    break;
            }

            // Only first attempts count: a later attempt is late because of the retry delay, not because of the scheduler.
            if (result is { Attempt: 1, StartedAt: { } started })
            {
                slot.Lateness.Add(started - result.ScheduledAt);
            }
        }
    }

    /// <summary>Returns the steps up to an instant, oldest first. The last step is not complete.</summary>
    public IReadOnlyList<SeriesPoint> Points(DateTimeOffset now)
    {
        var last = now.UtcTicks / Step.Ticks;
        lock (_gate)
        {
            return [.. Enumerable.Range(0, Steps).Select(i => PointOf(last - Steps + 1 + i))];
        }
    }

    /// <summary>Returns the lateness over all steps up to an instant.</summary>
    public (TimeSpan? Median, TimeSpan? High) Lateness(DateTimeOffset now)
    {
        var first = (now.UtcTicks / Step.Ticks) - Steps + 1;
        var all = new LatenessCounts();
        lock (_gate)
        {
            foreach (var slot in _slots.Where(s => s.Number >= first))
            {
                all.Add(slot.Lateness);
            }
        }

        return (all.Percentile(0.5), all.Percentile(0.99));
    }

    private Slot SlotOf(long number)
    {
        var at = (int)(number % Steps);
        if (_slots[at].Number != number)
        {
            _slots[at] = new Slot { Number = number };
        }

        return _slots[at];
    }

    private SeriesPoint PointOf(long number)
    {
        var slot = _slots[(int)(number % Steps)];
        var at = new DateTimeOffset(number * Step.Ticks, TimeSpan.Zero);
        return slot.Number == number
            ? new SeriesPoint(at, slot.Succeeded, slot.Failed, slot.Other, slot.Lateness.Percentile(0.5), slot.Lateness.Percentile(0.99))
            : new SeriesPoint(at, 0, 0, 0, null, null);
    }

    private sealed class Slot
    {
        public long Number { get; init; } = -1;

        public int Succeeded { get; set; }

        public int Failed { get; set; }

        public int Other { get; set; }

        public LatenessCounts Lateness { get; } = new();
    }
}

/// <summary>Represents the counts of one step.</summary>
/// <param name="At">The start of the step.</param>
/// <param name="Succeeded">The number of runs that succeeded.</param>
/// <param name="Failed">The number of runs that failed, timed out or were lost.</param>
/// <param name="Other">The number of runs with another outcome.</param>
/// <param name="Median">The median lateness; null if there are no runs.</param>
/// <param name="High">The 99th percentile of the lateness; null if there are no runs.</param>
public sealed record SeriesPoint(DateTimeOffset At, int Succeeded, int Failed, int Other, TimeSpan? Median, TimeSpan? High)
{
    /// <summary>Gets the number of all runs.</summary>
    public int Total => Succeeded + Failed + Other;
}
