using System.Globalization;
using NodaTime;

namespace OrleansTasks.Cli.Importing;

/// <summary>Represents the schedule of a Quartz trigger.</summary>
/// <param name="Theirs">A description of when the trigger fires.</param>
/// <param name="Schedule">The equivalent schedule of this library.</param>
/// <param name="Instants">Computes the instants at which the trigger fires in Quartz.</param>
internal sealed record QuartzSchedule(string Theirs, TaskSchedule Schedule, Func<DateTimeOffset, IEnumerable<DateTimeOffset>> Instants);

/// <summary>Converts triggers of Quartz to schedules.</summary>
internal static class QuartzTriggers
{
    // The maximum number of schedules within one schedule.
    private const int MostTimes = 100;

    /// <exception cref="FormatException">The trigger cannot be imported. The message says why.</exception>
    public static QuartzSchedule Read(Row trigger, Row? kind, List<string> notes)
    {
        var (start, end) = (trigger.Ticks("start_time") ?? throw new FormatException("it has no start; give it one in "
            + "Quartz"), trigger.Ticks("end_time"));
        var schedule = (trigger.Text("trigger_type"), kind) switch
        {
            ("CRON", { } row) => Cron(row, notes),
            ("SIMPLE", { } row) => Simple(row, start),
            ("CAL_INT", { } row) => CalendarInterval(row, start, notes),
            ("DAILY_I", { } row) => DailyTimeInterval(row, notes),
            var (type, _) => throw new FormatException($"triggers of the type {type} are not supported; write their schedules by hand"),
        };
        return Bounded(schedule, start, end);
    }

    private static QuartzSchedule Cron(Row row, List<string> notes)
    {
        var expression = row.Text("cron_expression")!;
        var cron = new QuartzCron(expression);
        if (cron.Difference is { } difference)
        {
            notes.Add(difference);
        }

        var zone = Zone(row, notes);
        return new QuartzSchedule($"{expression} in {zone}", cron.ToSchedule(ZoneIds.IsUtc(zone) ? null : zone),
            after => cron.After(after, ZoneIds.Zone(zone)));
    }

    private static QuartzSchedule Simple(Row row, DateTimeOffset start)
    {
        var (count, interval) = (row.Number("repeat_count") ?? 0, TimeSpan.FromMilliseconds(row.Number("repeat_interval") ?? 0));
        if (row.Is("fixed_delay"))
        {
            throw new FormatException("its interval counts from the end of a run, but schedules here do not depend on when runs end. "
                + "Use a fixed interval");
        }

        if (count == 0)
        {
            return new QuartzSchedule($"once, at {start:O}", TaskSchedule.At(start), after => start > after ? [start] : []);
        }

        var schedule = TaskSchedule.Every(interval, start);
        var last = count > 0 ? start + (interval * count) : (DateTimeOffset?)null;
        return new QuartzSchedule(
            $"every {interval}{(count > 0 ? $", {count + 1} times" : "")}, from {start:O}",
            last is { } end ? schedule.Until(end) : schedule,
            after => Grid(start, interval, after).TakeWhile(at => !(at > last)));
    }

    private static IEnumerable<DateTimeOffset> Grid(DateTimeOffset start, TimeSpan interval, DateTimeOffset after)
    {
        for (var n = after < start ? 0 : ((after - start).Ticks / interval.Ticks) + 1; ; n++)
        {
            yield return start + (interval * n);
        }
    }

    private static QuartzSchedule CalendarInterval(Row row, DateTimeOffset start, List<string> notes)
    {
        var (unit, count) = (row.Text("str_prop_1") ?? "", (int)(row.Number("int_prop_1") ?? 1));
        var zone = Zone(row, notes);
        var (preserve, skip) = (row.Is("bool_prop_1"), row.Is("bool_prop_2"));
        var theirs = $"every {count} {unit.ToLowerInvariant()}, from {start:O}";
        TimeSpan? fixedLength = unit switch
        {
            "Second" => TimeSpan.FromSeconds(count),
            "Minute" => TimeSpan.FromMinutes(count),
            "Hour" => TimeSpan.FromHours(count),
            _ => null,
        };
        if (fixedLength is { } interval)
        {
            return new QuartzSchedule(theirs, TaskSchedule.Every(interval, start), after => Grid(start, interval, after));
        }

        var timeZone = ZoneIds.Zone(zone);
        var local = Instant.FromDateTimeOffset(start).InZone(timeZone).LocalDateTime;
        if (!preserve && !ZoneIds.IsUtc(zone))
        {
            throw new FormatException(
                $"it counts {unit.ToLowerInvariant()}s without keeping the hour when clocks change "
                    + "(PreserveHourOfDayAcrossDaylightSavings), which is not supported. Choose an hour, and use a cron expression or a "
                    + "rule");
        }

        if (local.NanosecondOfSecond != 0)
        {
            notes.Add("its start has a fraction of a second, which its times here do not have");
            local = local.Date + new LocalTime(local.Hour, local.Minute, local.Second);
        }

        var from = local.ToDateTimeUnspecified();
        TaskSchedule schedule = unit switch
        {
            "Day" => TaskSchedule.Calendar($"FREQ=DAILY;INTERVAL={count}", from, zone),
            "Week" => TaskSchedule.Calendar($"FREQ=WEEKLY;INTERVAL={count}", from, zone),
            "Month" => TaskSchedule.EveryMonths(count, from, zone),
            "Year" => TaskSchedule.EveryMonths(12 * count, from, zone),
            _ => throw new FormatException($"its unit {unit} is not supported; use one of Second to Year"),
        };
        if (skip)
        {
            notes.Add("Quartz skips a day without that hour; here, it occurs right after the gap");
        }

        return new QuartzSchedule($"{theirs} in {zone}", schedule,
            after => Steps(local, unit, count, timeZone, skip).SkipWhile(at => at <= after));
    }

    private static IEnumerable<DateTimeOffset> Steps(LocalDateTime start, string unit, int count, DateTimeZone zone, bool skip)
    {
        for (var n = 0; ; n++)
        {
            var local = unit switch
            {
                "Day" => start.PlusDays(n * count),
                "Week" => start.PlusWeeks(n * count),
                "Month" => start.PlusMonths(n * count),
                _ => start.PlusYears(n * count),
            };
            var mapping = zone.MapLocal(local);
            if (mapping.Count > 0)
            {
                yield return mapping.First().ToDateTimeOffset().ToUniversalTime();
            }
            else if (!skip)
            {
                yield return mapping.LateInterval.Start.ToDateTimeOffset();
            }
        }
    }

    private static QuartzSchedule DailyTimeInterval(Row row, List<string> notes)
    {
        var (unit, count) = (row.Text("str_prop_1") ?? "", (int)(row.Number("int_prop_1") ?? 1));
        if ((row.Number("long_prop_1") ?? -1) >= 0)
        {
            throw new FormatException(
                "it ends after a number of repetitions, and the database does not say how they are counted. Set the end as an instant");
        }

        var zone = Zone(row, notes);
        var step = unit switch
        {
            "Second" => count,
            "Minute" => 60 * count,
            "Hour" => 3600 * count,
            _ => throw new FormatException($"its unit {unit} is not supported; use seconds, minutes or hours"),
        };
        var bounds = (row.Text("str_prop_3") ?? "0,0,0,23,59,59").Split(',').Select(static n => int.Parse(n, CultureInfo.InvariantCulture))
            .ToArray();
        var (first, last) = ((bounds[0] * 3600) + (bounds[1] * 60) + bounds[2],
            bounds.Length >= 6 ? (bounds[3] * 3600) + (bounds[4] * 60) + bounds[5] : 86_399);

        // In this column, weekdays are numbered from 0 for Sunday.
        var weekdays =
            new SortedSet<int>(
                (row.Text("str_prop_2") is { Length: > 0 } days ? days : "0,1,2,3,4,5,6").Split(',')
                    .Select(static n => int.Parse(n, CultureInfo.InvariantCulture) + 1));
        var times = Enumerable.Range(0, ((last - first) / step) + 1).Select(n => first + (n * step)).ToList();

        // Times with the same minute and second share one expression.
        var crons = times.GroupBy(static t => t % 3600)
            .Select(g => (Hours: QuartzField.Write(new SortedSet<int>(g.Select(static t => t / 3600)), 0, 23), Within: g.Key))
            .GroupBy(static g => (g.Hours, Second: g.Within % 60))
            .Select(
                g => $"{g.Key.Second} {QuartzField.Write(new SortedSet<int>(g.Select(static x => x.Within / 60)), 0, 59)} {g.Key.Hours} "
                    + $"? * {(weekdays.Count == 7 ? "*" : QuartzField.Write(weekdays, 1, 7, static n => QuartzField.Weekdays[n - 1]))}")
                        .ToList();
        if (crons.Count > MostTimes)
        {
            throw new FormatException(
                $"its {times.Count} times of the day would be {crons.Count} expressions, but at most {MostTimes} are allowed. Use an "
                    + "interval that divides an hour");
        }

        notes.Add("on days when clocks change, times here follow the clock; in Quartz, they count from the beginning of the day");
        var theirs = crons.Select(static c => new QuartzCron(c)).ToList();
        var schedules = theirs.Select(c => c.ToSchedule(ZoneIds.IsUtc(zone) ? null : zone)).ToList();
        return new QuartzSchedule(
            $"every {count} {unit.ToLowerInvariant()} from {TimeSpan.FromSeconds(first)} to {TimeSpan.FromSeconds(last)} in {zone}",
            schedules.Count == 1 ? schedules[0] : TaskSchedule.Any(schedules),
            after => Merge([.. theirs.Select(c => c.After(after, ZoneIds.Zone(zone)))]));
    }

    private static IEnumerable<DateTimeOffset> Merge(IReadOnlyList<IEnumerable<DateTimeOffset>> all)
    {
        var queue = new PriorityQueue<IEnumerator<DateTimeOffset>, DateTimeOffset>();
        void Next(IEnumerator<DateTimeOffset> one)
        {
            if (one.MoveNext())
            {
                queue.Enqueue(one, one.Current);
            }
        }

        foreach (var one in all)
        {
            Next(one.GetEnumerator());
        }

        DateTimeOffset? before = null;
        while (queue.TryDequeue(out var one, out var at))
        {
            if (at != before)
            {
                yield return at;
            }

            before = at;
            Next(one);
        }
    }

    private static QuartzSchedule Bounded(QuartzSchedule schedule, DateTimeOffset start, DateTimeOffset? end)
    {
        var ours = schedule.Schedule;
        if (ours is CronSchedule or UnionSchedule)
        {
            ours = ours.From(start);
        }

        if (end is { } last && ours is not AtSchedule)
        {
            ours = ours.Until(last);
        }

        // A trigger does not fire before its start or after its end.
        return schedule with
        {
            Schedule = ours,
            Instants = after => schedule.Instants(after < start ? start.AddTicks(-1) : after).TakeWhile(at => !(at > end))
        };
    }

    private static string Zone(Row row, List<string> notes)
    {
        var id = row.Text("time_zone_id") is { Length: > 0 } text ? text : "UTC";
        if (id == "UTC" && string.IsNullOrEmpty(row.Text("time_zone_id")))
        {
            notes.Add("it names no time zone, so Quartz uses the zone of the machine; UTC is used here");
        }

        return ZoneIds.Iana(id, notes) ?? throw new FormatException($"the time zone '{id}' is not known here; use an IANA id");
    }
}
