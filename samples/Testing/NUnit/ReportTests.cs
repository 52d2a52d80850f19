using NUnit.Framework;
using OrleansTasks.Testing;

namespace OrleansTasks.Samples.Testing;

// example: test
public class ReportTests
{
    [Test]
    public async Task Report_EachMorning_Runs()
    {
        var reports = new List<DateTimeOffset>();
        await using var cluster = await TaskTestCluster.StartAsync(
            tasks => tasks.Cron("0 9 * * *", "report", (TaskRunContext run) => reports.Add(run.ScheduledAt)));

        await cluster.AdvanceAsync(TimeSpan.FromDays(7));

        Assert.That(reports, Has.Count.EqualTo(7));
    }
}
// end
