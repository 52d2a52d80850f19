namespace OrleansTasks.Testing;

/// <summary>What a schedule will do, for tests of schedules.</summary>
public static class ScheduleTestExtensions
{
    private const int MostOccurrences = 100_000;

    /// <summary>Returns the occurrences of a schedule within a period, in their order; also those that a clock change or a closed day drops (<see cref="TaskOccurrence.Occurs"/> is false).</summary>
    /// <param name="schedule">The schedule. What it leaves open is filled in as for a task that is registered at <paramref name="from"/>.</param>
    /// <param name="from">The first instant, itself included.</param>
    /// <param name="to">The last instant, itself included.</param>
    /// <param name="calendars">Finds the business calendars that the schedule observes, by their names; null: there are none.</param>
    /// <param name="task">The task's name, on which jitter and <c>H</c> depend; null: they stay open.</param>
    /// <returns>The occurrences, computed as they are read.</returns>
    /// <exception cref="InvalidTaskException">The schedule names a business calendar that is not there.</exception>
    public static IEnumerable<TaskOccurrence> Between(
        this TaskSchedule schedule, DateTimeOffset from, DateTimeOffset to, Func<string, BusinessCalendar?>? calendars = null, string? task = null)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return schedule.Resolve(from, task, calendars).Occurrences(from == DateTimeOffset.MinValue ? from : from.AddTicks(-1), to);
    }

    /// <summary>Checks that a schedule occurs at exactly these instants within a period.</summary>
    /// <param name="schedule">The schedule; see <see cref="Between"/>.</param>
    /// <param name="from">The first instant, itself included.</param>
    /// <param name="to">The last instant, itself included.</param>
    /// <param name="expected">The instants, in whatever order and with whatever offsets.</param>
    /// <exception cref="ScheduleAssertionException">It does not: the message says which instants are missing and which are extra, in UTC and in the schedule's time zone.</exception>
    public static void ShouldOccur(this TaskSchedule schedule, DateTimeOffset from, DateTimeOffset to, params IEnumerable<DateTimeOffset> expected) =>
        schedule.ShouldOccur(from, to, null, expected);

    /// <summary>Checks that a schedule that observes business calendars occurs at exactly these instants within a period.</summary>
    /// <param name="schedule">The schedule; see <see cref="Between"/>.</param>
    /// <param name="from">The first instant, itself included.</param>
    /// <param name="to">The last instant, itself included.</param>
    /// <param name="calendars">Finds the business calendars, by their names; null: there are none.</param>
    /// <param name="expected">The instants, in whatever order and with whatever offsets.</param>
    /// <exception cref="ScheduleAssertionException">It does not.</exception>
    public static void ShouldOccur(this TaskSchedule schedule, DateTimeOffset from, DateTimeOffset to, Func<string, BusinessCalendar?>? calendars, IEnumerable<DateTimeOffset> expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        var resolved = schedule.Resolve(from, null, calendars);
        var actual = resolved.Between(from, to, calendars).Where(static o => o.Occurs).Take(MostOccurrences).ToList();
        var wanted = expected.Select(static e => e.ToUniversalTime()).Distinct().Order().ToList();
        var have = actual.Select(static o => o.Utc).ToHashSet();
        var missing = wanted.Where(w => !have.Contains(w)).ToList();
        var extra = actual.Where(o => !wanted.Contains(o.Utc)).ToList();
        if (missing.Count > 0 || extra.Count > 0)
        {
            throw new ScheduleAssertionException(resolved, from, to, missing, extra, actual.Count - extra.Count);
        }
    }
}
