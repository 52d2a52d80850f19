using OrleansTasks.Testing;

namespace OrleansTasks.Tests.Testing.Clusters;

/// <summary>
/// Measures how long a virtual year takes with a monthly task and one of every five minutes, whose handlers run each time.
/// </summary>
public sealed class YearTests
{
    private const int TestTimeout = 300_000;

    /// <summary>A few days by default. Set the variable to 365 to measure a whole year.</summary>
    private static readonly int Days = int.TryParse(Environment.GetEnvironmentVariable("TASKS_TEST_DAYS"), out var days) ? days : 3;

    [Fact(Timeout = TestTimeout)]
    public async Task Advance_ByManyDays_CallsHandlersEachTime()
    {
        var start = new DateTimeOffset(2026, 1, 30, 0, 0, 0, TimeSpan.Zero);
        var (monthly, often) = (0, 0);
        await using var cluster = await TaskTestCluster.StartAsync(
            1,
            tasks =>
                tasks.Cron("0 0 1 * *", "monthly", () => Interlocked.Increment(ref monthly))
                    .Cron("*/5 * * * *", "often", () => Interlocked.Increment(ref often)),
            o => o.Start = start,
            TestContext.Current.CancellationToken);

        var since = TimeProvider.System.GetTimestamp();
        var cpu = Environment.CpuUsage.TotalTime;
        await cluster.AdvanceAsync(TimeSpan.FromDays(Days), TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Days} days: {often} and {monthly} runs in {TimeProvider.System.GetElapsedTime(since).TotalSeconds:0.0} s, "
                + $"{(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:0.0} s of processors");
        Assert.Equal(Days * 288, often);
        Assert.Equal(TaskSchedule.Cron("0 0 1 * *").Between(start.AddTicks(1), start.AddDays(Days)).Count(), monthly);
    }
}
