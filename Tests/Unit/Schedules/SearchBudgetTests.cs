using System.Text.Json;
using OrleansTasks.Schedules.Timing;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests the limits on looking ahead in a schedule that somebody else wrote.</summary>
public sealed class SearchBudgetTests
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    // The exceptions together leave no occurrence, but none of them does so alone.
    private static readonly TaskSchedule Covered = new UnionSchedule(
        [TaskSchedule.Every(TimeSpan.FromSeconds(1.1), Monday)],
        [TaskSchedule.Every(TimeSpan.FromSeconds(2.2), Monday), TaskSchedule.Every(TimeSpan.FromSeconds(2.2), Monday.AddSeconds(1.1))],
        check: false);

    [Theory]
    [InlineData(
        """{"any":[{"rrule":"FREQ=SECONDLY","start":"2020-01-01T00:00:00"}],"except":[{"rrule":"FREQ=SECONDLY","start":"2019-01-01T00:"""
            + """00:00"}]}""")]
    [InlineData("""{"any":[{"every":"00:00:00.001","anchor":"2026-01-01"}],"except":[{"every":"00:00:00.001","anchor":"2026-01-01"}]}""")]
    public void Json_ExcludingItself_IsRejectedWithoutALongSearch(string json)
    {
        var e =
            Assert.ThrowsAny<TaskException>(() => new SearchBudget(50_000).Run(() => Read(json).Resolve(Monday, "t").NextAfter(Monday)));

        Assert.True(e is ScheduleTooExpensiveException or InvalidTaskException);
    }

    [Theory]
    [InlineData(
        "FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;"
            + "BYMONTHDAY=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28;"
            + "BYHOUR={0-23};BYMINUTE={0-59};BYSECOND={0-59};BYSETPOS=-1")]
    [InlineData("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR={0-23};BYMINUTE={0-59};BYSECOND={0-59};BYSETPOS=-1")]
    [InlineData("FREQ=YEARLY;BYWEEKNO={1-50};BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR={0-23};BYMINUTE={0-59};BYSETPOS=-1")]
    public void Rule_MillionsOfCandidates_IsEvaluatedWithoutListingThem(string rule)
    {
        foreach (var (first, last) in new[] { (0, 23), (0, 59), (1, 50) })
        {
            rule = rule.Replace($"{{{first}-{last}}}", string.Join(',', Enumerable.Range(first, last - first + 1)),
                StringComparison.Ordinal);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var schedule = new SearchBudget(10_000).Run(() => TaskSchedule.Calendar(rule, Monday.UtcDateTime));

        Assert.NotNull(schedule.NextAfter(Monday));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void Rule_CountFarAhead_IsCountedOnlyWithinTheSearch()
    {
        var leapDays = TaskSchedule.Calendar("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=400", new DateTime(2024, 2, 29, 9, 0, 0));

        Assert.Equal(new DateTimeOffset(2028, 2, 29, 9, 0, 0, TimeSpan.Zero), leapDays.NextAfter(Monday));
    }

    [Fact]
    public void Any_OfRulesWithGreatCounts_SharesOneBudget()
    {
        var json =
            """{"any":["""
            + string.Join(',', Enumerable.Range(0, 100).Select(
                n => $$"""{"rrule":"FREQ=MINUTELY;INTERVAL={{n + 1}};COUNT=10000","start":"2026-01-01T00:00:00"}"""))
            + "]}";

        Assert.Throws<ScheduleTooExpensiveException>(() => new SearchBudget(100_000).Run(() => Read(json)));
    }

    // The weekday nearest to the 15th is never a first Monday. To find that out, the Cronos library checks all days up to its last year.
    [Fact]
    public void Cron_ListsWithoutCommonDays_PaysForTheSearchOnce()
    {
        var days = string.Join(',', Enumerable.Range(1, 28).Select(static d => $"{d}W"));
        var cron = TaskSchedule.Cron($"0 0 {days} * MON#1,TUE#2,WED#3");
        var budget = new SearchBudget();

        Assert.Throws<ScheduleTooExpensiveException>(
            () => new SearchBudget(5_000).Run(() => TaskSchedule.Cron($"0 0 {days} * MON#1,TUE#2,WED#3").NextAfter(Monday)));
        Assert.Equal(100, budget.Run(() => cron.Occurrences(Monday).Take(100).Count()));
        Assert.Equal(100, new SearchBudget(50_000).Run(() => cron.Occurrences(Monday).Take(100).Count()));
    }

    [Fact]
    public void Spend_BeyondTheSteps_ReportsTheNumber() =>
        Assert.StartsWith("The schedule is too expensive to compute. It takes more than 5,000 steps",
            Assert.Throws<ScheduleTooExpensiveException>(() => new SearchBudget(5_000).Run(() => Covered.NextAfter(Monday))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Spend_TimeExceeded_ReportsIt()
    {
        var budget = new SearchBudget(100_000, TimeSpan.FromSeconds(5), new SlowClock());

        Assert.Equal("It takes longer than 5 seconds. Use a rule with fewer candidates, or a later "
            + "start.", Assert.Throws<ScheduleTooExpensiveException>(() => budget.Run(() => Covered.NextAfter(Monday))).Reason);
    }

    [Fact]
    public void Spend_CallerCancelled_Stops()
    {
        using var left = new CancellationTokenSource();
        left.Cancel();

        Assert.Throws<OperationCanceledException>(() => new SearchBudget(stop: left.Token).Run(() => Covered.NextAfter(Monday)));
    }

    [Fact]
    public void NextAfter_WithoutABudget_HasItsOwnDefaultBudget()
    {
        var daily = TaskSchedule.Cron("0 9 * * *");
        for (var n = 0; n < 10; n++)
        {
            Assert.NotNull(daily.NextAfter(Monday));
        }

        Assert.Throws<ScheduleTooExpensiveException>(() => Covered.NextAfter(Monday));
        Assert.NotNull(daily.NextAfter(Monday));
    }

    [Fact]
    public void Occurrences_ReadAlternately_HaveSeparateBudgets()
    {
        var budget = new SearchBudget(1_000);
        using var first = TaskSchedule.Cron("* * * * *").Occurrences(Monday).GetEnumerator();
        Assert.True(first.MoveNext());

        Assert.NotNull(budget.Run(() => TaskSchedule.Cron("0 9 * * *").NextAfter(Monday)));
        Assert.True(first.MoveNext());
        Assert.Equal(SearchBudget.DefaultSteps, SearchBudget.Left);
    }

    private static TaskSchedule Read(string json) => JsonSerializer.Deserialize<TaskSchedule>(json, TaskJson.Options)!;

    /// <summary>Provides a clock that advances two seconds between two readings.</summary>
    private sealed class SlowClock : TimeProvider
    {
        private long _now;

        public override long GetTimestamp() => _now += 2 * TimestampFrequency;
    }
}
