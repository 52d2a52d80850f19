using System.Globalization;
using System.Text.Json;
using CsCheck;
using OrleansTasks.Schedules.Timing;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests properties of every schedule, above all around clock changes.</summary>
public sealed class SchedulePropertyTests
{
    private static readonly DateTimeOffset Registered = new(2025, 12, 1, 10, 20, 30, TimeSpan.Zero);

    private static readonly BusinessCalendar Bank = new()
    {
        TimeZone = "America/New_York",
        Closed = [new DateOnly(2026, 3, 9), new DateOnly(2026, 3, 10)],
        ClosedEveryYear = ["12-25", "01-01"],
        Open = [new DateOnly(2026, 3, 8)],
    };

    private static readonly Gen<string> Zones = Gen.OneOf(
        "America/New_York", "Europe/Warsaw", "America/Santiago", "Australia/Lord_Howe", "Asia/Amman", "Australia/Sydney", "Pacific/Apia",
        "Africa/Casablanca", "UTC");

    private static readonly Gen<string> Crons = Gen.OneOf(
        Gen.OneOf("30 2 * * *", "15 1,2,3 * * *", "0 0 * * *", "*/20 * * * *", "*/7 0-4 * * *", "0 12 L * *", "0 6 15W * *",
            "0 9 * * FRI#2", "59 23 * * 1-5", "*/13 */5 2 * * *", "H H * * *"),
        Gen.Select(Gen.Int[0, 59], Gen.Int[0, 23], (m, h) => string.Create(CultureInfo.InvariantCulture, $"{m} {h} * * *")));

    private static readonly Gen<string> Rules = Gen.OneOf(
        "FREQ=DAILY", "FREQ=DAILY;INTERVAL=3;BYHOUR=1,2,3", "FREQ=HOURLY;INTERVAL=5", "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU", "FREQ=MINUTELY;INTERVAL=45",
        "FREQ=YEARLY;BYMONTH=3,10;BYDAY=SU", "FREQ=MONTHLY;BYMONTHDAY=-1,15", "FREQ=DAILY;COUNT=400", "FREQ=DAILY;UNTIL=20261101T060000Z",
        "FREQ=SECONDLY;INTERVAL=5407");

    private static readonly Gen<GapRule?> GapRules = Gen.OneOf<GapRule?>(null, GapRule.Skip, GapRule.FirstValid, GapRule.Shift);

    private static readonly Gen<OverlapRule?> OverlapRules = Gen.OneOf<OverlapRule?>(null, OverlapRule.First, OverlapRule.Second,
        OverlapRule.Both);

    // A year with clock changes in every zone that has them.
    private static readonly Gen<DateTimeOffset> Instants = Gen.OneOf(
        Gen.Long[Ticks(2026, 1, 1), Ticks(2027, 1, 1)],
        Gen.Select(
            Gen.OneOf(Ticks(2026, 3, 8), Ticks(2026, 11, 1), Ticks(2026, 3, 29), Ticks(2026, 10, 25), Ticks(2026, 9, 6), Ticks(2026, 4, 5),
                Ticks(2026, 10, 4)), Gen.Long[-TimeSpan.TicksPerDay, 2 * TimeSpan.TicksPerDay], (a, b) => a + b))
        .Select(t => new DateTimeOffset(t, TimeSpan.Zero));

    private static readonly Gen<TaskSchedule> Kinds = Gen.OneOf(
        Gen.Select(Gen.Long[TimeSpan.TicksPerMinute, 3 * TimeSpan.TicksPerDay], Instants,
            (t, a) => TaskSchedule.Every(TimeSpan.FromTicks(t), a)),
        Gen.Select(Crons, Zones, GapRules, OverlapRules, (c, z, g, o) => (TaskSchedule)TaskSchedule.Cron(c, z).WhenClocksChange(g, o)),
        Gen.Select(Rules, Zones, GapRules, OverlapRules,
            (r, z, g, o) => (TaskSchedule)TaskSchedule.Calendar(r, new DateTime(2025, 11, 29, 2, 30, 0), z).WhenClocksChange(g, o)),
        Instants.Select(TaskSchedule.At));

    private static readonly Gen<TaskSchedule> Unions = Gen.Select(Kinds.List[1, 3], Kinds.List[0, 2], (any, except) =>
    {
        try
        {
            return TaskSchedule.Any(any).Except(except);
        }
        catch (TaskException)
        {
            // The exceptions leave nothing, or nothing that can be found.
            return TaskSchedule.Any(any);
        }
    });

    private static readonly Gen<TaskSchedule> Schedules = Gen.Select(Gen.OneOf(Kinds, Unions), Gen.Int[0, 63], Gen.Int[1, 300],
        Gen.OneOf(ClosedDayRule.Drop, ClosedDayRule.Next, ClosedDayRule.Previous), Limit);

    [Fact]
    public void NextAfter_Repeated_RisesStrictlyAndMissesNothing() =>
        Gen.Select(Schedules, Instants).Where(t => IsAffordable(t.Item1, t.Item2)).Sample((schedule, instant) =>
    {
        var resolved = Resolve(schedule);
        var occurrences = resolved.Occurrences(instant).Take(30).ToList();
        var after = instant;
        foreach (var occurrence in occurrences)
        {
            Assert.True(occurrence.Utc > after);
            Assert.Equal(TimeSpan.Zero, occurrence.Utc.Offset);

            // It is the next occurrence from every earlier instant.
            var between = after + TimeSpan.FromTicks((occurrence.Utc - after).Ticks / 2);
            Assert.Equal(occurrence, resolved.Occurrences(between).FirstOrDefault());
            Assert.Equal(occurrence, resolved.Occurrences(occurrence.Utc.AddTicks(-1)).FirstOrDefault());
            after = occurrence.Utc;
        }

        Assert.Equal(occurrences.Where(o => o.Occurs).Select(o => (DateTimeOffset?)o.Utc).FirstOrDefault(),
            occurrences.Any(o => o.Occurs) ? resolved.NextAfter(instant) : null);
    }, iter: 2000, print: t => $"{JsonSerializer.Serialize(t.Item1, TaskJson.Options)} from {t.Item2:O}");

    [Fact]
    public void Limits_Any_Hold() =>
        Gen.Select(Schedules, Instants).Where(t => IsAffordable(t.Item1, t.Item2)).Sample((schedule, instant) =>
    {
        var occurrences = Resolve(schedule).Occurrences(instant).Take(50).ToList();

        Assert.All(occurrences, o => Assert.True(!(o.Planned < schedule.Start) && !(o.Planned > schedule.End)));
        Assert.True(occurrences.Count(o => o.Occurs) <= (schedule.MaxRuns ?? int.MaxValue));
        Assert.All(occurrences.Where(o => !o.Effects.HasFlag(OccurrenceEffects.ClosedDay)),
            o => Assert.True(o.Utc >= o.Planned && o.Utc - o.Planned <= schedule.Jitter));
        if (schedule.BusinessCalendar is not null && schedule.Jitter == TimeSpan.Zero)
        {
            var zone = schedule.Zone ?? Bank.Zone;
            Assert.All(occurrences.Where(o => o.Occurs),
                o => Assert.True(Bank.IsOpen(DateOnly.FromDateTime(zone.ToLocal(o.Utc).DateTime))));
        }
    }, iter: 1000);

    [Fact]
    public void AtMost_FromRegistration_OccursExactlyThatOften() => Gen.Select(Kinds, Gen.Int[1, 40]).Sample((kind, count) =>
    {
        var all = Resolve(kind).Occurrences(Registered).Where(o => o.Occurs).Take(count).Select(o => o.Utc).ToList();

        Assert.Equal(all, Resolve(kind.AtMost(count)).Occurrences(Registered).Where(o => o.Occurs).Take(count + 10).Select(o => o.Utc));
    }, iter: 500);

    [Fact]
    public void Any_Two_IsTheirUnion() => Gen.Select(Kinds, Kinds, Instants).Sample((a, b, instant) =>
    {
        var until = instant.AddDays(20);
        var expected = Instants2(a).Union(Instants2(b)).Order();

        Assert.Equal(expected.Take(200), Instants2(TaskSchedule.Any(a, b)).Take(200));
        Assert.Equal(Instants2(TaskSchedule.Any(b, a)).Take(200), Instants2(TaskSchedule.Any(a, b, a)).Take(200));

        IEnumerable<DateTimeOffset> Instants2(TaskSchedule s) =>
            Resolve(s).Occurrences(instant, until).Where(o => o.Occurs).Select(o => o.Utc).Take(2000);
    }, iter: 500);

    [Fact]
    public void Except_Another_IsTheDifference() => Gen.Select(Kinds, Kinds, Instants).Sample((a, b, instant) =>
    {
        var until = instant.AddDays(20);
        var excluded = Of(b).ToHashSet();
        var expected = Of(a).Where(t => !excluded.Contains(t)).Take(200).ToList();
        try
        {
            Assert.Equal(expected, Of(a.Except(b)).Take(200).ToList());
        }
        catch (InvalidTaskException e)
        {
            Assert.Contains("never occurs.", e.Message, StringComparison.Ordinal);
            Assert.Empty(expected);
        }
        catch (ScheduleTooExpensiveException)
        {
            // Stepping cannot show that nothing is left. The search uses up its budget here, or when the schedule is created.
            Assert.Empty(expected);
        }

        IEnumerable<DateTimeOffset> Of(TaskSchedule s) => Resolve(s).Occurrences(instant, until).Where(o => o.Occurs).Select(o => o.Utc);
    }, iter: 300);

    [Fact]
    public void Json_Any_ReadsTheSame() => Schedules.Sample(schedule =>
    {
        var json = JsonSerializer.Serialize(schedule, TaskJson.Options);
        var read = JsonSerializer.Deserialize<TaskSchedule>(json, TaskJson.Options)!;

        Assert.Equal(schedule, read);
        Assert.Equal(schedule.GetHashCode(), read.GetHashCode());
        Assert.Equal(json, JsonSerializer.Serialize(read, TaskJson.Options));
        Assert.Null(read.Fault());
    }, iter: 1000);

    [Fact]
    public void Resolve_Twice_ChangesNothing() => Schedules.Where(static s => IsAffordable(s, Registered)).Sample(schedule =>
    {
        var resolved = Resolve(schedule);

        Assert.False(resolved.IsOpen);
        Assert.Equal(resolved, resolved.Resolve(Registered.AddDays(1), "another", _ => null));
    }, iter: 500);

    [Fact]
    public void Jitter_ManyTasks_IsSpreadAndStable()
    {
        var daily = TaskSchedule.Every(TimeSpan.FromDays(1), Registered).WithJitter(TimeSpan.FromHours(1));

        var delays = Enumerable.Range(0, 1000)
            .Select(n => daily.Resolve(Registered, $"task-{n}").NextAfter(Registered.AddHours(2))!.Value - Registered.AddDays(1)).ToList();

        Assert.All(delays, d => Assert.InRange(d, TimeSpan.Zero, TimeSpan.FromHours(1)));
        Assert.InRange(delays.Average(d => d.TotalMinutes), 27, 33);
        Assert.InRange(delays.Count(d => d < TimeSpan.FromMinutes(6)), 70, 130);
        Assert.Equal(daily.Resolve(Registered, "task-7").NextAfter(Registered),
            daily.Resolve(Registered.AddDays(9), "task-7").NextAfter(Registered));
    }

    [Fact]
    public void Jitter_LongerThanThePeriod_NeverReachesTheNext()
    {
        var schedule = TaskSchedule.Every(TimeSpan.FromSeconds(10), Registered).WithJitter(TimeSpan.FromHours(5))
            .Resolve(Registered, "task");

        var occurrences = schedule.Occurrences(Registered).Take(5000).ToList();

        Assert.Equal(Enumerable.Range(0, 5000).Select(n => Registered.AddSeconds(10 * n)), occurrences.Select(o => o.Planned));
        Assert.All(occurrences, o => Assert.True(o.Utc >= o.Planned && o.Utc < o.Planned.AddSeconds(10)));
    }

    // Exceptions may leave nothing after some instant, so that the search for the next occurrence gives up.
    private static bool IsAffordable(TaskSchedule schedule, DateTimeOffset instant)
    {
        try
        {
            return new SearchBudget(200_000).Run(() => Resolve(schedule).Occurrences(instant).Take(51).Count()) >= 0;
        }
        catch (ScheduleTooExpensiveException)
        {
            return false;
        }
    }

    private static TaskSchedule Resolve(TaskSchedule schedule) =>
        schedule.Resolve(Registered, "a task", name => name == "bank" ? Bank : null);

    private static TaskSchedule Limit(TaskSchedule schedule, int what, int number, ClosedDayRule closed)
    {
        try
        {
            schedule = (what & 1) != 0 ? schedule.From(new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero).AddDays(number)) : schedule;
            schedule = (what & 2) != 0
                ? schedule.Until(new DateTimeOffset(2026, 12, 3, 4, 5, 6, TimeSpan.Zero).AddDays(-number / 2))
                : schedule;
        }
        catch (TaskException)
        {
            // The limit would leave nothing, so the schedule stays as it is.
            return schedule;
        }

        schedule = (what & 12) == 12 ? schedule.AtMost(number) : schedule;
        schedule = (what & 16) != 0 ? schedule.OnOpenDays("bank", closed) : schedule;
        return (what & 32) != 0 ? schedule.WithJitter(TimeSpan.FromMinutes(number)) : schedule;
    }

    private static long Ticks(int year, int month, int day) => new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks;
}
