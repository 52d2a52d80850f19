namespace OrleansTasks.Testing;

/// <summary>Provides assertions and queries for tests of schedules.</summary>
public static class ScheduleTestExtensions
{
    private const int MostOccurrences = 100_000;

    /// <summary>
    /// Returns the occurrences of a schedule within a period, in order, including those that a clock change or a closed day drops
    /// (<see cref="TaskOccurrence.Occurs"/> is false).
    /// </summary>
    /// <param name="schedule">The schedule. Open parts are filled in as for a task that is registered at <paramref name="from"/>.</param>
    /// <param name="from">The first instant of the period, inclusive.</param>
    /// <param name="to">The last instant of the period, inclusive.</param>
    /// <param name="calendars">A function that finds the schedule's business calendars by name. Null if there are none.</param>
    /// <param name="task">The task's name, which determines jitter and <c>H</c>. Null leaves them open.</param>
    /// <returns>The occurrences, computed as they are read.</returns>
    /// <exception cref="InvalidTaskException">The schedule names a business calendar that does not exist.</exception>
    public static IEnumerable<TaskOccurrence> Between(
        this TaskSchedule schedule, DateTimeOffset from, DateTimeOffset to, Func<string, BusinessCalendar?>? calendars = null,
        string? task = null)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return schedule.Resolve(from, task, calendars).Occurrences(from == DateTimeOffset.MinValue ? from : from.AddTicks(-1), to);
    }

    /// <summary>Asserts that a schedule occurs at exactly the expected instants within a period.</summary>
    /// <param name="schedule">The schedule. See <see cref="Between"/>.</param>
    /// <param name="from">The first instant of the period, inclusive.</param>
    /// <param name="to">The last instant of the period, inclusive.</param>
    /// <param name="expected">The expected instants, in any order and with any offsets.</param>
    /// <exception cref="ScheduleAssertionException">It does not. The message lists missing and extra instants, in UTC and in the schedule's
    /// time zone.</exception>
    public static void ShouldOccur(this TaskSchedule schedule, DateTimeOffset from, DateTimeOffset to,
        params IEnumerable<DateTimeOffset> expected) =>
        schedule.ShouldOccur(from, to, null, expected);

    /// <summary>Asserts that a schedule with business calendars occurs at exactly the expected instants within a period.</summary>
    /// <param name="schedule">The schedule. See <see cref="Between"/>.</param>
    /// <param name="from">The first instant of the period, inclusive.</param>
    /// <param name="to">The last instant of the period, inclusive.</param>
    /// <param name="calendars">A function that finds business calendars by name. Null if there are none.</param>
    /// <param name="expected">The expected instants, in any order and with any offsets.</param>
    /// <exception cref="ScheduleAssertionException">It does not.</exception>
    public static void ShouldOccur(this TaskSchedule schedule, DateTimeOffset from, DateTimeOffset to,
        Func<string, BusinessCalendar?>? calendars, IEnumerable<DateTimeOffset> expected)
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
