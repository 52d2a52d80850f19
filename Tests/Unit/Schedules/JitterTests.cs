using OrleansTasks.Schedules.Timing;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests delays that look random, but are the same on every machine and from every starting instant.</summary>
public sealed class JitterTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("00:00:01", "00:00:00.001")]
    [InlineData("00:00:01", "00:00:01")]
    [InlineData("00:00:01", "1.00:00:00")]
    [InlineData("00:00:10", "00:00:25")]
    [InlineData("01:00:00", "00:00:00.0000100")]
    [InlineData("01:00:00", "00:30:00")]
    [InlineData("01:00:00", "01:00:00.0000001")]
    [InlineData("7.00:00:00", "1.00:00:00")]
    public void NextAfter_FromAnyInstant_IsTheFirstFollowingOccurrence(string period, string jitter)
    {
        var (every, most) = (Parse(period), Parse(jitter));
        var schedule = TaskSchedule.Every(every, Start).WithJitter(most).Resolve(Start, "t");

        var occurrences = schedule.Occurrences(Start.AddTicks(-1)).Take(50).ToList();

        Assert.Equal(Enumerable.Range(0, 50).Select(n => Start + (n * every)), occurrences.Select(o => o.Planned));
        Assert.All(occurrences, o => Assert.InRange((o.Utc - o.Planned).Ticks, 0, Math.Min(most.Ticks, every.Ticks) - 1));
        Assert.All(occurrences, o => Assert.Equal(o.Utc == o.Planned ? OccurrenceEffects.None : OccurrenceEffects.Jitter, o.Effects));
        foreach (var (one, next) in occurrences.Zip(occurrences.Skip(1)))
        {
            Assert.Equal(next.Utc, schedule.NextAfter(one.Utc));
            Assert.Equal(next.Utc, schedule.NextAfter(next.Planned.AddTicks(-1)));
            Assert.Equal(next.Utc, schedule.NextAfter(next.Utc.AddTicks(-1)));
        }
    }

    [Fact]
    public void NextAfter_UnevenIntervals_NeverReachesTheNextOccurrence()
    {
        // Planned at 0, 1 and 59 minutes of each hour, with delays of up to 30 minutes.
        var schedule = TaskSchedule.Cron("0,1,59 * * * *").WithJitter(TimeSpan.FromMinutes(30)).Resolve(Start, "t");

        var occurrences = schedule.Occurrences(Start.AddTicks(-1)).Take(300).ToList();

        Assert.Equal(occurrences.Select(o => o.Planned).Order().Distinct(), occurrences.Select(o => o.Planned));
        Assert.All(occurrences, o => Assert.InRange((o.Utc - o.Planned).TotalMinutes, 0, o.Planned.Minute == 1 ? 30 : 1));
        Assert.True(occurrences.Where(o => o.Planned.Minute == 1).Max(o => o.Utc - o.Planned) > TimeSpan.FromMinutes(25));
        Assert.All(occurrences.Zip(occurrences.Skip(1)), pair => Assert.Equal(pair.Second.Utc, schedule.NextAfter(pair.First.Utc)));
    }

    [Theory]
    [InlineData("00:00:01", "00:00:00.001")]
    [InlineData("00:00:01", "00:00:01")]
    [InlineData("00:00:01", "1.00:00:00")]
    [InlineData("00:00:10", "00:00:07")]
    [InlineData("01:00:00", "00:00:00.0000100")]
    [InlineData("01:00:00", "00:30:00")]
    [InlineData("7.00:00:00", "1.00:00:00")]
    public void NextAfter_JitterAroundFromAnyInstant_IsTheFirstFollowingOccurrence(string period, string jitter)
    {
        var (every, most) = (Parse(period), Parse(jitter));
        var schedule = TaskSchedule.Every(every, Start).WithJitter(most, JitterRule.Around).Resolve(DateTimeOffset.UnixEpoch, "t");

        var occurrences = schedule.Occurrences(Start - (every / 2)).Take(200).ToList();

        Assert.Equal(Enumerable.Range(0, 200).Select(n => Start + (n * every)), occurrences.Select(o => o.Planned));
        var reach = Math.Min(most.Ticks, every.Ticks / 2);
        Assert.All(occurrences, o => Assert.InRange((o.Utc - o.Planned).Ticks, 1 - reach, reach - 1));
        Assert.InRange(occurrences.Count(o => o.Utc < o.Planned), 70, 130);
        Assert.True(occurrences.Max(o => (o.Utc - o.Planned).Ticks) > reach * 0.9);
        Assert.True(occurrences.Min(o => (o.Utc - o.Planned).Ticks) < reach * -0.9);
        foreach (var (one, next) in occurrences.Zip(occurrences.Skip(1)))
        {
            Assert.Equal(next.Utc, schedule.NextAfter(one.Utc));
            Assert.Equal(next.Utc, schedule.NextAfter(next.Utc.AddTicks(-1)));
            Assert.Equal(next.Utc, schedule.NextAfter(one.Planned + (every / 2)));
        }
    }

    [Fact]
    public void NextAfter_JitterAroundWithUnevenIntervals_KeepsTheOrder()
    {
        var schedule = TaskSchedule.Cron("0,1,59 * * * *").WithJitter(TimeSpan.FromMinutes(20), JitterRule.Around)
            .Resolve(DateTimeOffset.UnixEpoch, "t");

        var occurrences = schedule.Occurrences(Start).Take(300).ToList();

        Assert.Equal(occurrences.Select(o => o.Utc).Order().Distinct(), occurrences.Select(o => o.Utc));
        Assert.Equal(occurrences.Select(o => o.Planned).Order().Distinct(), occurrences.Select(o => o.Planned));
        Assert.All(occurrences,
            o => Assert.InRange((o.Utc - o.Planned).TotalMinutes, o.Planned.Minute == 59 ? -20 : -0.5, o.Planned.Minute == 1 ? 20 : 0.5));
        Assert.True(occurrences.Where(o => o.Planned.Minute == 59).Min(o => o.Utc - o.Planned) < TimeSpan.FromMinutes(-15));
    }

    // Jitter must not move an occurrence to before the registration, where it would be lost.
    [Fact]
    public void NextAfter_JitterAroundRightAfterRegistration_Occurs() => Assert.All(Enumerable.Range(0, 100), n =>
    {
        var schedule = TaskSchedule.Cron("1 0 * * *").WithJitter(TimeSpan.FromMinutes(30), JitterRule.Around).AtMost(1)
            .Resolve(Start, $"task-{n}");

        Assert.Equal(Start.AddMinutes(1), Assert.Single(schedule.Occurrences(Start)).Planned);
    });

    [Theory]
    [InlineData("00:00:01", "00:00:00.5")]
    [InlineData("00:00:01", "1.00:00:00")]
    [InlineData("1.00:00:00", "01:00:00")]
    public void NextAfter_FixedJitter_DelaysAllEqually(string period, string jitter)
    {
        var (every, most) = (Parse(period), Parse(jitter));
        var delays = Enumerable.Range(0, 200).Select(n =>
        {
            var occurrences = TaskSchedule.Every(every, Start).WithJitter(most, JitterRule.Fixed).Resolve(Start.AddTicks(n), $"task-{n}")
                .Occurrences(Start).Take(20).ToList();

            Assert.All(occurrences, o => Assert.Equal(OccurrenceEffects.Jitter, o.Effects));
            Assert.Equal(Enumerable.Range(0, 20).Select(i => occurrences[0].Utc + (i * every)), occurrences.Select(o => o.Utc));
            return Assert.Single(occurrences.Select(o => o.Utc - o.Planned).Distinct());
        }).ToList();

        Assert.All(delays, d => Assert.InRange(d, TimeSpan.Zero, most - TimeSpan.FromTicks(1)));
        Assert.InRange(delays.Average(d => d / most), 0.4, 0.6);
        Assert.InRange(delays.Distinct().Count(), 190, 200);
    }

    // Later versions must derive the same values from a task's name.
    [Theory]
    [InlineData(JitterRule.Fixed, "00:42:57.1578605", "00:42:57.1578605")]
    [InlineData(JitterRule.Around, "00:00:15.0889012", "-00:39:32.6670942")]
    public void NextAfter_TaskWithAJitterRule_MatchesEarlierVersions(JitterRule rule, string first, string second)
    {
        var schedule = TaskSchedule.Every(TimeSpan.FromDays(1), Start).WithJitter(TimeSpan.FromHours(1), rule)
            .Resolve(DateTimeOffset.UnixEpoch, "a");

        Assert.Equal([Parse(first), Parse(second)], schedule.Occurrences(Start.AddHours(12)).Take(2).Select(o => o.Utc - o.Planned));
    }

    [Fact]
    public void WithJitter_UndefinedRule_IsRejected()
    {
        var daily = TaskSchedule.Every(TimeSpan.FromDays(1), Start);

        Assert.Equal("jitterRule is 9, which is not a valid JitterRule; use one of Later, Around, "
            + "Fixed.", Assert.Throws<InvalidTaskException>(() => daily.WithJitter(TimeSpan.FromHours(1), (JitterRule)9)).Message);
        Assert.Equal(daily.WithJitter(TimeSpan.Zero), daily.WithJitter(TimeSpan.Zero, JitterRule.Fixed));
    }

    [Fact]
    public void Occurrences_Dropped_AreNotDelayed()
    {
        var schedule = TaskSchedule.Cron("0 9 * * *").OnOpenDays("bank").WithJitter(TimeSpan.FromHours(5))
            .Resolve(Start, "t", _ => new BusinessCalendar());

        var week = schedule.Occurrences(Start).Take(7).ToList();

        Assert.Equal([false, false], week.Skip(5).Select(o => o.Occurs));
        Assert.All(week, o => Assert.Equal(o.Occurs, o.Utc > o.Planned));
    }

    // Later versions must delay a task by the same amount.
    [Theory]
    [InlineData("a", "ca978112ca1bbdca")]
    [InlineData("report", "845e91831319e89c")]
    public void SeedOf_AName_MatchesEarlierVersions(string task, string seed) =>
        Assert.Equal(seed, JitterDelay.SeedOf(task).ToString("x16", System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("a", "00:30:07.5444506")]
    [InlineData("report", "00:22:57.8974775")]
    public void NextAfter_OfATask_MatchesEarlierVersions(string task, string delay) => Assert.Equal(
        Parse(delay),
        TaskSchedule.Every(TimeSpan.FromDays(1), Start).WithJitter(TimeSpan.FromHours(1)).Resolve(Start, task).NextAfter(Start.AddHours(2))
            - Start.AddDays(1));

    private static TimeSpan Parse(string text) => TimeSpan.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
