namespace OrleansTasks.Ui;

/// <summary>Counts results by when they came, over the last minutes. Safe for several threads.</summary>
internal sealed class ResultSeries
{
    /// <summary>The width of a step.</summary>
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

            // Later attempts are late by the time between attempts, which is no lateness of the scheduler.
            if (result is { Attempt: 1, StartedAt: { } started })
            {
                slot.Lateness.Add(started - result.ScheduledAt);
            }
        }
    }

    /// <summary>The steps up to an instant, the oldest first; the last one is still under way.</summary>
    public IReadOnlyList<SeriesPoint> Points(DateTimeOffset now)
    {
        var last = now.UtcTicks / Step.Ticks;
        lock (_gate)
        {
            return [.. Enumerable.Range(0, Steps).Select(i => PointOf(last - Steps + 1 + i))];
        }
    }

    /// <summary>The lateness over all steps up to an instant.</summary>
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

/// <summary>One step of what was counted.</summary>
/// <param name="At">When it begins.</param>
/// <param name="Succeeded">Runs that succeeded.</param>
/// <param name="Failed">Runs that failed, timed out or were lost.</param>
/// <param name="Other">Runs that ended otherwise.</param>
/// <param name="Median">The lateness that half of them did not exceed; null if there were none.</param>
/// <param name="High">The lateness that 99 of 100 did not exceed; null if there were none.</param>
public sealed record SeriesPoint(DateTimeOffset At, int Succeeded, int Failed, int Other, TimeSpan? Median, TimeSpan? High)
{
    /// <summary>All of them.</summary>
    public int Total => Succeeded + Failed + Other;
}
