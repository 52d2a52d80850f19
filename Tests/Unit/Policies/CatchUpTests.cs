using CsCheck;
using OrleansTasks.Policies;

namespace OrleansTasks.Tests.Unit.Policies;

/// <summary>Tests which missed occurrences are caught up.</summary>
public sealed class CatchUpTests
{
    private static readonly DateTimeOffset Midnight = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Threshold = TimeSpan.FromSeconds(10);

    // An hourly task. Nothing ran from 02:30 to 08:00:05, or to 08:30.
    [Theory]
    [InlineData(0, 24, "08:30", "")]
    [InlineData(1, 24, "08:30", "08:00")]
    [InlineData(3, 24, "08:30", "06:00 07:00 08:00")]
    [InlineData(100, 24, "08:30", "03:00 04:00 05:00 06:00 07:00 08:00")]
    [InlineData(100, 3, "08:30", "06:00 07:00 08:00")]
    [InlineData(1, 24, "08:00:05", "")]
    [InlineData(3, 24, "08:00:05", "06:00 07:00")]
    public void Of_AnHourlyTask_IsTheNewestWithinTheWindow(int limit, int windowHours, string now, string expected)
    {
        var policy = new CatchUpPolicy { Limit = limit, Window = TimeSpan.FromHours(windowHours) };

        Assert.Equal(expected, Times(Of(TaskSchedule.Every(TimeSpan.FromHours(1), Midnight), policy, Midnight.AddHours(3), At(now))));
    }

    [Fact]
    public void Of_AFloodAfterTwoWeeksDown_IsOneRun()
    {
        var every = TaskSchedule.Every(TimeSpan.FromMinutes(5), Midnight);

        Assert.Single(Of(every, CatchUpPolicy.Last, Midnight.AddMinutes(5), Midnight.AddDays(14).AddMinutes(3)));
        Assert.Empty(Of(every, CatchUpPolicy.None, Midnight.AddMinutes(5), Midnight.AddDays(14).AddMinutes(3)));
    }

    [Fact]
    public void Of_ATaskWithALaterRun_CatchesUpNothing() =>
        Assert.Empty(
            Of(TaskSchedule.Every(TimeSpan.FromSeconds(1), Midnight), CatchUpPolicy.Last, Midnight.AddSeconds(1), Midnight.AddDays(1)));

    [Fact]
    public void Of_AnySchedule_AreTheNewestMissedOccurrences() =>
        Gen.Select(Gen.Int[1, 5000], Gen.Int[0, 30], Gen.Int[1, 20_000], Gen.Int[0, 40_000], Gen.Bool)
            .Sample((period, limit, window, outage, lateRun) =>
        {
            var schedule = TaskSchedule.Every(TimeSpan.FromSeconds(period), Midnight);
            var first = Midnight.AddSeconds(period);
            var now = first + Threshold + TimeSpan.FromSeconds(outage);
            var until = now - Threshold;
            var policy = new CatchUpPolicy { Limit = limit, Window = TimeSpan.FromSeconds(window) };

            var chosen = CatchUps.Of(schedule.NextAfter, policy, first, until, now, lateRun);

            var all = schedule.Occurrences(Midnight, now).Select(o => o.Utc).ToList();
            var late = lateRun ? all.Count(o => o > until) : 0;
            var missed = all.Where(o => o >= first && o <= until && o >= now - policy.Window).ToList();
            Assert.Equal(missed.TakeLast(Math.Max(0, limit - late)), chosen);
        });

    // An hourly task. All occurrences up to 07:30 were missed, and that of 08:00 is late.
    [Theory]
    [InlineData(1, true, "")]
    [InlineData(1, false, "07:00")]
    [InlineData(3, true, "06:00 07:00")]
    [InlineData(3, false, "05:00 06:00 07:00")]
    public void Of_LateOccurrence_CountsOnlyIfItStillRuns(int limit, bool lateRun, string expected)
    {
        var every = TaskSchedule.Every(TimeSpan.FromHours(1), Midnight);

        Assert.Equal(expected,
            Times(CatchUps.Of(every.NextAfter, new CatchUpPolicy { Limit = limit }, Midnight.AddHours(1), At("07:30"), At("08:00:05"),
                lateRun)));
    }

    [Fact]
    public void Of_AMillionThatWereMissed_LooksAtTheNewestOnly()
    {
        var every = TaskSchedule.Every(TimeSpan.FromSeconds(1), Midnight);
        var now = Midnight.AddDays(14);
        var asked = 0;

        var chosen = CatchUps.Of(Next, CatchUpPolicy.Last with { Limit = 100, Window = TimeSpan.FromDays(30) }, Midnight, now, now,
            lateRun: false);

        Assert.Equal((100, now), (chosen.Count, chosen[^1]));
        Assert.InRange(asked, 100, 400);

        DateTimeOffset? Next(DateTimeOffset instant)
        {
            asked++;
            return every.NextAfter(instant);
        }
    }

    [Fact]
    public void Faults_OfAPolicy_NameEachField()
    {
        var faults = new CatchUpPolicy { Limit = -1, Window = TimeSpan.Zero, Spread = TimeSpan.FromDays(2) }.Faults("CatchUp")
            .Select(f => f.Split(' ')[0]);

        Assert.Equal(["CatchUp.Limit", "CatchUp.Window", "CatchUp.Spread"], faults);
        Assert.Empty(CatchUpPolicy.Last.Faults("CatchUp"));
        Assert.Empty(CatchUpPolicy.None.Faults("CatchUp"));
    }

    private static IReadOnlyList<DateTimeOffset> Of(TaskSchedule schedule, CatchUpPolicy policy, DateTimeOffset missed,
        DateTimeOffset now) =>
        CatchUps.Of(schedule.NextAfter, policy, missed, (now - Threshold).AddTicks(-1), now, lateRun: true);

    private static DateTimeOffset At(string time) => Midnight + TimeSpan.Parse(time, System.Globalization.CultureInfo.InvariantCulture);

    private static string Times(IEnumerable<DateTimeOffset> instants) =>
        string.Join(' ', instants.Select(i => i.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture)));
}
