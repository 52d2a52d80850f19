namespace OrleansTasks.Schedules.Timing;

/// <summary>
/// Represents clock readings as a product of sets: one of the seconds, at one of the minutes, and so on. Each set is a set of bits. The box
/// may contain dates that do not exist, and so may be larger than what it represents. A statement that is true for the whole box is true
/// for that too. Pure.
/// </summary>
internal readonly record struct TimeBox(ulong Seconds, ulong Minutes, ulong Hours, ulong MonthDays, ulong Months, ulong Weekdays)
{
    public const ulong AllSeconds = (1UL << 60) - 1;
    public const ulong AllMinutes = (1UL << 60) - 1;
    public const ulong AllHours = (1UL << 24) - 1;
    public const ulong AllMonthDays = ((1UL << 31) - 1) << 1;
    public const ulong AllMonths = ((1UL << 12) - 1) << 1;
    public const ulong AllWeekdays = (1UL << 7) - 1;

    private const int Dimensions = 6;

    // Boxes that overlap in many ways can be cut into very many.
    private const int MostCuts = 10_000;

    public static TimeBox All { get; } = new(AllSeconds, AllMinutes, AllHours, AllMonthDays, AllMonths, AllWeekdays);

    /// <summary>Gets whether it contains every minute, so that it does not depend on the time zone.</summary>
    public bool IsInAllZones => this with { Seconds = AllSeconds } == All;

    /// <summary>Decides whether every part of it is in at least one of the others. False too if the decision takes too long.</summary>
    public bool IsCoveredBy(IReadOnlyList<TimeBox> others)
    {
        var cuts = MostCuts;
        return IsCovered(this, others, 0, ref cuts);
    }

    private bool IsEmpty => Seconds == 0 || Minutes == 0 || Hours == 0 || MonthDays == 0 || Months == 0 || Weekdays == 0;

    /// <summary>
    /// Cuts off what lies outside one of the others, one dimension after the other, and searches for it in the next ones.
    /// </summary>
    private static bool IsCovered(TimeBox box, IReadOnlyList<TimeBox> others, int first, ref int cuts)
    {
        SearchBudget.Spend();
        while (first < others.Count && box.Common(others[first]).IsEmpty)
        {
            first++;
        }

        if (first == others.Count || --cuts < 0)
        {
            return false;
        }

        for (var n = 0; n < Dimensions; n++)
        {
            var (set, other) = (box.Get(n), others[first].Get(n));
            if ((set & ~other) != 0 && !IsCovered(box.With(n, set & ~other), others, first + 1, ref cuts))
            {
                return false;
            }

            box = box.With(n, set & other);
        }

        return true;
    }

    private TimeBox Common(TimeBox other) =>
        new(Seconds & other.Seconds, Minutes & other.Minutes, Hours & other.Hours, MonthDays & other.MonthDays, Months & other.Months,
            Weekdays & other.Weekdays);

    private ulong Get(int dimension) => dimension switch
    {
        0 => Seconds,
        1 => Minutes,
        2 => Hours,
        3 => MonthDays,
        4 => Months,
        _ => Weekdays,
    };

    private TimeBox With(int dimension, ulong set) => dimension switch
    {
        0 => this with { Seconds = set },
        1 => this with { Minutes = set },
        2 => this with { Hours = set },
        3 => this with { MonthDays = set },
        4 => this with { Months = set },
        _ => this with { Weekdays = set },
    };
}
