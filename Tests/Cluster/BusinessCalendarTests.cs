using System.Threading.Channels;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests business calendars that change while tasks use them.</summary>
public sealed class BusinessCalendarTests
{
    // The tests learn of a run from inside its handler, and may advance the clock before the run ends. Therefore runs may overlap.
    private static readonly TaskOptions Beside = new() { Overlap = OverlapPolicy.Allow };

    private readonly Channel<string> _fired = Channel.CreateUnbounded<string>();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task PutCalendar_WhileTasksObserveIt_MovesTheirOccurrencesInTheWholeCluster()
    {
        await using var cluster = await TestCluster.StartAsync(3, Code);
        var client = cluster.Client;
        Assert.True(await client.PutCalendarAsync("bank", new BusinessCalendar(), Stop));
        var tasks = Enumerable.Range(0, 8).Select(n => $"report-{n}").ToList();
        foreach (var task in tasks)
        {
            await client.ScheduleAsync(
                new TaskRegistration
                {
                    Name = task,
                    Handler = "say",
                    Schedule = TaskSchedule.Cron("0 9 * * *").OnOpenDays("bank", ClosedDayRule.Next),
                    Arguments = [task],
                    Options = Beside
                }, Stop);
        }

        // A Monday. Then Tuesday becomes a closed day.
        await AdvanceAsync(cluster, new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero), [.. tasks.Select(t => t + " 02")]);
        Assert.False(await client.PutCalendarAsync("bank", new BusinessCalendar { Closed = [new DateOnly(2026, 3, 3)] }, Stop));
        Assert.All(await Task.WhenAll(tasks.Select(t => client.GetTask(t).DescribeAsync(Stop))),
            i => Assert.Equal(new DateTimeOffset(2026, 3, 4, 9, 0, 0, TimeSpan.Zero), i.NextDue));
        await AdvanceAsync(cluster, new DateTimeOffset(2026, 3, 3, 9, 0, 0, TimeSpan.Zero), []);
        await AdvanceAsync(cluster, new DateTimeOffset(2026, 3, 4, 9, 0, 0, TimeSpan.Zero), [.. tasks.Select(t => t + " 04")]);

        var occurrences = await client.GetTask("report-3")
            .OccurrencesAsync(3, from: new DateTimeOffset(2026, 3, 6, 0, 0, 0, TimeSpan.Zero), ct: Stop);
        Assert.Equal([6, 9, 10], occurrences.Select(o => o.Local.Day));

        // Monday has an occurrence of its own, and the ones moved from the weekend do not add another.
        Assert.All(occurrences, o => Assert.Equal(OccurrenceEffects.None, o.Effects));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Calendars_AfterARestart_AreKept()
    {
        var storage = new SharedStorage();
        var bank = new BusinessCalendar
        {
            Description = "All weekdays but Tuesdays",
            ClosedWeekdays = [DayOfWeek.Saturday, DayOfWeek.Sunday, DayOfWeek.Tuesday]
        };
        await using (var first = await TestCluster.StartAsync(1, Code, storage: storage))
        {
            await first.Client.PutCalendarAsync("bank", bank, Stop);
            await first.Client.ScheduleAsync(
                new TaskRegistration
                {
                    Name = "report",
                    Handler = "say",
                    Schedule = TaskSchedule.Cron("0 9 * * *").OnOpenDays("bank"),
                    Arguments = ["report"]
                }, Stop);
        }

        await using var second = await TestCluster.StartAsync(1, Code, storage: storage);
        Assert.Equal(bank, (await second.Client.GetCalendarsAsync(Stop))["bank"]);
        await AdvanceAsync(second, new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero), ["report 02"]);
        await AdvanceAsync(second, new DateTimeOffset(2026, 3, 3, 9, 0, 0, TimeSpan.Zero), []);
        await AdvanceAsync(second, new DateTimeOffset(2026, 3, 4, 9, 0, 0, TimeSpan.Zero), ["report 04"]);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RemoveCalendar_ThatTasksObserve_IsRefusedAndNamesThem()
    {
        await using var cluster = await TestCluster.StartAsync(2, Code);
        var client = cluster.Client;
        Assert.False(await client.RemoveCalendarAsync("bank", Stop));
        var missing = await Assert.ThrowsAsync<InvalidTaskException>(() => ScheduleAsync("a"));
        Assert.Contains("There is no business calendar 'bank'.", missing.Message, StringComparison.Ordinal);

        await client.PutCalendarAsync("bank", new BusinessCalendar(), Stop);
        await ScheduleAsync("a");
        await ScheduleAsync("b");
        var refused = await Assert.ThrowsAsync<TaskConflictException>(() => client.RemoveCalendarAsync("bank", Stop));
        Assert.Equal("The business calendar 'bank' is used by 'a', 'b'. Register them without it first.", refused.Message);

        await client.GetTask("a").CancelAsync(Stop);
        await client.GetTask("b").UpdateAsync(r => r with { Schedule = null }, Stop);
        Assert.True(await client.RemoveCalendarAsync("bank", Stop));
        Assert.Empty(await client.GetCalendarsAsync(Stop));

        Task<TaskHandle> ScheduleAsync(string name) =>
            client.ScheduleAsync(
                new TaskRegistration
                {
                    Name = name,
                    Handler = "say",
                    Schedule = TaskSchedule.Any(TaskSchedule.Cron("0 9 * * *").OnOpenDays("bank"), TaskSchedule.Cron("0 15 * * *"))
                }, Stop);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task PutCalendar_NotValidOrAtAnotherPartition_IsRefused()
    {
        await using var cluster = await TestCluster.StartAsync(1, Code, options: o => o.Limits.MaxCalendars = 1);
        var client = cluster.Client;

        var faults = await Assert.ThrowsAsync<InvalidTaskException>(
            () => client.PutCalendarAsync("a/b", new BusinessCalendar { ClosedEveryYear = ["13-01"] }, Stop));
        Assert.Equal(2, faults.Faults.Count);
        await client.PutCalendarAsync("one", new BusinessCalendar(), Stop);
        await Assert.ThrowsAsync<InvalidTaskException>(() => client.PutCalendarAsync("two", new BusinessCalendar(), Stop));
        await Assert.ThrowsAsync<InvalidTaskException>(
            () => cluster.Cluster.GetGrain<ISchedulerGrain>(1).PutCalendarAsync("one", new BusinessCalendar()));
        Assert.Single(await client.GetCalendarsAsync(Stop));
    }

    private void Code(TasksBuilder tasks, int silo) =>
        tasks.Define("say", (string word, TaskRunContext run) => _fired.Writer.TryWrite($"{word} {run.ScheduledAt:dd}"));

    /// <summary>Advances the clock, and expects exactly the occurrences that are due then.</summary>
    private async Task AdvanceAsync(TestCluster cluster, DateTimeOffset to, string[] expected)
    {
        cluster.Clock.SetUtcNow(to);
        var fired = new List<string>();
        while (fired.Count < expected.Length)
        {
            fired.Add(await _fired.Reader.ReadAsync(Stop));
        }

        await cluster.Client.RunAsync("say", ["nothing more"], ct: Stop);
        Assert.StartsWith("nothing more", await _fired.Reader.ReadAsync(Stop), StringComparison.Ordinal);
        Assert.Equal(expected, fired.Order(StringComparer.Ordinal));
    }
}
