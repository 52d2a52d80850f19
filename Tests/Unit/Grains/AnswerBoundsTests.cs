using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansTasks.Grains;
using OrleansTasks.Text;

namespace OrleansTasks.Tests.Unit;

/// <summary>Answers that are bounded by the number of what is in them: however large each of it is, they are no larger than a page of others.</summary>
public sealed class AnswerBoundsTests
{
    private static readonly ServiceProvider Orleans = new ServiceCollection().AddSerializer().BuildServiceProvider();

    // Three bytes each; characters of four bytes count twice.
    private static readonly string LongestName = new('\u6F22', TaskNames.MaxLength);
    private static readonly DateTimeOffset Late = new(9999, 12, 30, 23, 59, 59, 999, TimeSpan.FromHours(-12));

    [Fact]
    public void Backfill_OfAsManyAsItMay_IsNoLargerThanAPage() =>
        Check<IReadOnlyList<RunId>>([.. Enumerable.Range(0, BackfillRequest.MaxOccurrences).Select(static _ => new RunId(new string(LongestName), Guid.NewGuid()))]);

    [Fact]
    public void Occurrences_OfAsManyAsItMay_AreNoLargerThanAPage() => Check<IReadOnlyList<TaskOccurrence>>([.. Occurrences(OccurrenceQuery.MaxCount)]);

    [Fact]
    public void Ledger_OfAsManyRangesAsItMay_IsNoLargerThanAPage() => Check(new TaskLedger
    {
        Task = LongestName,
        Since = Late,
        Through = Late,
        Pending = long.MaxValue,
        Totals = [.. Enum.GetValues<OccurrenceOutcome>().SelectMany(static o => Enum.GetValues<OutcomeReason>().Select(r => new LedgerTotal(o, r, long.MaxValue)))],
        Ranges = [.. Enumerable.Range(0, LedgerQuery.MaxLimit).Select(static n => new LedgerRange
        {
            From = Late.AddTicks(-n), To = Late.AddTicks(-n), Count = long.MaxValue - n, Outcome = OccurrenceOutcome.Missed, Reason = OutcomeReason.OwnerLost, GreatestDelay = TimeSpan.MaxValue,
        })],
    });

    /// <summary>As much is added as removed; the schedule is one of the longest that there may be.</summary>
    [Fact]
    public void Preview_OfAsMuchAsItMay_IsNoLargerThanAPage()
    {
        var minutes = string.Join(',', Enumerable.Range(0, 60));
        var cron = TaskSchedule.Cron($"{minutes} {string.Join(',', Enumerable.Range(0, 24))} {string.Join(',', Enumerable.Range(1, 31))} * *");
        var longest = TaskSchedule.Any(Enumerable.Repeat(TaskSchedule.Any(Enumerable.Repeat(cron, 98)), 4));
        var start = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var preview = SchedulePreview.Compare(TaskSchedule.Every(TimeSpan.FromMinutes(1), start.AddSeconds(30)), TaskSchedule.Every(TimeSpan.FromMinutes(1), start), start, start.AddDays(365));
        Assert.InRange(preview.Added.Count, 999, 1000);
        Assert.InRange(preview.Removed.Count, 999, 1000);

        Check(preview with { Description = SchedulePreview.Compare(null, longest, start, start).Description, Added = [.. Occurrences(1000)], Removed = [.. Occurrences(1000)] });
        Assert.InRange(longest.DescribeFor("t").Length, 1, ShownText.MaxShown);
    }

    /// <summary>Pages of tasks are bounded by what people write about them too.</summary>
    [Fact]
    public void SizeOf_ATask_CountsItsTexts()
    {
        var task = new TaskInfo { Name = "t", Handler = "h" };
        var texts = task with { Options = new TaskOptions { Description = new string('x', 10_000), Tags = [.. Enumerable.Repeat(new string('y', 100), 100)] } };
        Assert.True(AnswerPage.SizeOf(texts) - AnswerPage.SizeOf(task) >= 20_000);
    }

    private static IEnumerable<TaskOccurrence> Occurrences(int count) =>
        Enumerable.Range(0, count).Select(static n => new TaskOccurrence { Utc = Late.AddTicks(-n), Local = Late.AddTicks(-n), Planned = Late.AddTicks(-n), Effects = (OccurrenceEffects)int.MaxValue });

    private static void Check<T>(T answer) => Assert.InRange(Orleans.GetRequiredService<Serializer>().SerializeToArray(answer).Length, 1, AnswerPage.MaxBytes);
}
