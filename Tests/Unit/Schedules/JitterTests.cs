namespace OrleansTasks.Tests.Unit;

/// <summary>Delays that look random and are the same whoever computes them, and from wherever.</summary>
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
    public void NextAfter_FromAnyInstant_IsTheFirstOfThoseThatFollow(string period, string jitter)
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
    public void NextAfter_OfUnevenPlans_ReachesNoFurtherThanTheNext()
    {
        // At 0, 1 and 59 minutes of each hour, put off by up to 30 minutes.
        var schedule = TaskSchedule.Cron("0,1,59 * * * *").WithJitter(TimeSpan.FromMinutes(30)).Resolve(Start, "t");

        var occurrences = schedule.Occurrences(Start.AddTicks(-1)).Take(300).ToList();

        Assert.Equal(occurrences.Select(o => o.Planned).Order().Distinct(), occurrences.Select(o => o.Planned));
        Assert.All(occurrences, o => Assert.InRange((o.Utc - o.Planned).TotalMinutes, 0, o.Planned.Minute == 1 ? 30 : 1));
        Assert.True(occurrences.Where(o => o.Planned.Minute == 1).Max(o => o.Utc - o.Planned) > TimeSpan.FromMinutes(25));
        Assert.All(occurrences.Zip(occurrences.Skip(1)), pair => Assert.Equal(pair.Second.Utc, schedule.NextAfter(pair.First.Utc)));
    }

    [Fact]
    public void Occurrences_ThatAreDropped_AreNotPutOff()
    {
        var schedule = TaskSchedule.Cron("0 9 * * *").OnOpenDays("bank").WithJitter(TimeSpan.FromHours(5)).Resolve(Start, "t", _ => new BusinessCalendar());

        var week = schedule.Occurrences(Start).Take(7).ToList();

        Assert.Equal([false, false], week.Skip(5).Select(o => o.Occurs));
        Assert.All(week, o => Assert.Equal(o.Occurs, o.Utc > o.Planned));
    }

    // Tasks that were put off by a version are put off by the same in the next one.
    [Theory]
    [InlineData("a", "ca978112ca1bbdca")]
    [InlineData("report", "845e91831319e89c")]
    public void SeedOf_AName_IsWhatItWasInEarlierVersions(string task, string seed) => Assert.Equal(seed, JitterDelay.SeedOf(task).ToString("x16", System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("a", "00:30:07.5444506")]
    [InlineData("report", "00:22:57.8974775")]
    public void NextAfter_OfATask_IsWhatItWasInEarlierVersions(string task, string delay) => Assert.Equal(
        Parse(delay), TaskSchedule.Every(TimeSpan.FromDays(1), Start).WithJitter(TimeSpan.FromHours(1)).Resolve(Start, task).NextAfter(Start.AddHours(2)) - Start.AddDays(1));

    private static TimeSpan Parse(string text) => TimeSpan.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
