using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansTasks.Partitions;
using OrleansTasks.Records;
using OrleansTasks.Storage;

namespace OrleansTasks.Tests.Cluster;

/// <summary>
/// Tests schedules whose next occurrence is too expensive to find. Their registration is refused, and a stored one does not affect other
/// tasks.
/// </summary>
public sealed class ExpensiveScheduleTests
{
    private const string Json =
        """{"any":[{"every":"00:00:01.1","anchor":"2026-01-01T00:00:00Z"}],"except":[{"every":"00:00:02.2","anchor":"2026-01-01T00:00:"""
            + """00Z"},{"every":"00:00:02.2","anchor":"2026-01-01T00:00:01.1Z"}]}""";
    private readonly Channel<DateTimeOffset> _fired = Channel.CreateUnbounded<DateTimeOffset>();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static TaskSchedule Expensive => JsonSerializer.Deserialize<TaskSchedule>(Json, StoredJson.Options)!;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task ScheduleAsync_TooExpensiveSchedule_IsRejectedAndNotStored()
    {
        await using var cluster = await TestCluster.StartAsync(1, Code, options: o => o.Limits.MaxScheduleSteps = 20_000);
        var registration = new TaskRegistration { Name = "dear", Handler = "tick", Schedule = Expensive };

        var refused = await Assert.ThrowsAsync<ScheduleTooExpensiveException>(() => cluster.Client.ScheduleAsync(registration, Stop));

        Assert.Equal("dear", refused.Task);
        Assert.StartsWith("It takes more than 20,000 steps", refused.Reason, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ScheduleTooExpensiveException>(() => cluster.Client.GetTask("dear").PreviewAsync(Expensive, ct: Stop));
        await Assert.ThrowsAsync<TaskNotFoundException>(() => cluster.Client.GetTask("dear").DescribeAsync(Stop));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Restart_StoredTooExpensiveSchedule_MarksTheTaskAndFiresOthers()
    {
        var storage = new SharedStorage();
        await using (var first = await TestCluster.StartAsync(1, Code, options: One, storage: storage))
        {
            await first.Client.ScheduleAsync(
                new TaskRegistration { Name = "other", Handler = "tick", Schedule = TaskSchedule.Cron("* * * * *") }, Stop);
        }

        await StoreAsync(storage,
            new TaskEntry
            {
                Name = "dear",
                Handler = "tick",
                Schedule = Expensive,
                Anchor = TestCluster.Start,
                CreatedAt = TestCluster.Start,
                UpdatedAt = TestCluster.Start,
                Revision = 1
            });
        await using var second = await TestCluster.StartAsync(1, Code, options: One, storage: storage);

        Assert.Equal(["dear", "other", "tick"], await second.Client.ListAsync(ct: Stop).Select(t => t.Name).ToListAsync(Stop));
        second.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(TestCluster.Start.AddMinutes(1), await _fired.Reader.ReadAsync(Stop));
        var dear = await second.Client.GetTask("dear").DescribeAsync(Stop);
        Assert.Equal((TaskState.Active, null), (dear.State, dear.NextDue));
        Assert.StartsWith("The schedule is too expensive to compute.", dear.ScheduleFault, StringComparison.Ordinal);

        // Another schedule removes the fault.
        var healed = await second.Client.GetTask("dear").UpdateAsync(r => r with { Schedule = TaskSchedule.Cron("0 0 * * *") }, Stop);
        Assert.Equal((null, TestCluster.Start.Date.AddDays(1)), (healed.ScheduleFault, healed.NextDue?.UtcDateTime));

        static void One(TasksOptions options)
        {
            options.Partitions = 1;
            options.Limits.MaxScheduleSteps = 20_000;
        }
    }

    private static async Task StoreAsync(SharedStorage storage, TaskEntry entry)
    {
        var state = new PartitionState();
        var log = await PartitionLog.OpenAsync(storage, "p0", state.Items, new PartitionLogOptions(), TimeProvider.System,
            NullLogger.Instance);
        state.Items.Load(log.TakeItems());
        state.SetTask(entry);
        await log.CommitAsync(state.TakeChanges());
        await log.CloseAsync();
    }

    private void Code(TasksBuilder tasks, int silo) =>
        tasks.Define("tick", (TaskRunContext run) => _fired.Writer.TryWrite(run.ScheduledAt));
}
