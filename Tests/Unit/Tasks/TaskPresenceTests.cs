namespace OrleansTasks.Tests.Unit;

/// <summary>Tests whether the activation of a task stays in memory.</summary>
public sealed class TaskPresenceTests
{
    private static readonly TaskSchedule Hourly = TaskSchedule.Every(TimeSpan.FromHours(1), TaskRig.Start);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Wake_RemovedTask_Leaves(bool exists)
    {
        var rig = new TaskRig();
        rig.Briefs = b => exists ? b : b with { Entry = null };
        await rig.Do(static c => c.WakeAsync());

        Assert.Equal(!exists, rig.HasLeftMemory);
    }

    /// <summary>The next occurrence is an hour away. Until then the partition looks after it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Occurrence_Stored_LetsAnUnusedActivationLeave(bool isAsked)
    {
        var rig = new TaskRig(schedule: Hourly);
        var due = TaskRig.Start.AddHours(1);
        rig.Pass(due.AddSeconds(-5) - rig.Now);
        rig.Briefs = b => b with { Given = due };
        await rig.Do(static c => c.WakeAsync());
        rig.Briefs = static b => b;
        if (isAsked)
        {
            await rig.Do(static c => c.Queries.DescribeAsync());
        }

        rig.Pass(TimeSpan.FromSeconds(5));
        Assert.False(rig.HasLeftMemory);
        rig.End(Assert.Single(rig.Started));
        for (var second = 0; second < 10; second++)
        {
            // The effects of one timer may start another.
            rig.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(!isAsked, rig.HasLeftMemory);
    }

    [Fact]
    public async Task Request_ForARemovedTask_Leaves()
    {
        var rig = new TaskRig();
        rig.Briefs = static b => b with { Entry = null };
        await Assert.ThrowsAsync<TaskNotFoundException>(() => rig.Do(static c => c.Queries.DescribeAsync()));

        Assert.True(rig.HasLeftMemory);
    }
}
