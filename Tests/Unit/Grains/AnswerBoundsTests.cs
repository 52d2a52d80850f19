using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansTasks.Grains;
using OrleansTasks.Publishing;
using OrleansTasks.Records;
using OrleansTasks.Text;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests answers that limit the number of their items. Even with the largest items, they are no larger than other pages.</summary>
public sealed class AnswerBoundsTests
{
    private static readonly ServiceProvider Orleans = new ServiceCollection().AddSerializer().BuildServiceProvider();

    // Three bytes for each character. Characters of four bytes count as two.
    private static readonly string LongestName = new('\u6F22', TaskNames.MaxLength);
    private static readonly DateTimeOffset Late = new(9999, 12, 30, 23, 59, 59, 999, TimeSpan.FromHours(-12));

    [Fact]
    public void Backfill_AtTheLimit_FitsOnePage() =>
        Check<IReadOnlyList<RunId>>(
            [.. Enumerable.Range(0, BackfillRequest.MaxOccurrences)
                .Select(static _ => new RunId(new string(LongestName), Guid.NewGuid()))]);

    [Fact]
    public void Occurrences_AtTheLimit_FitOnePage() => Check<IReadOnlyList<TaskOccurrence>>([.. Occurrences(OccurrenceQuery.MaxCount)]);

    [Fact]
    public void Ledger_AtTheRangeLimit_FitsOnePage() => Check(new TaskLedger
    {
        Task = LongestName,
        Since = Late,
        Through = Late,
        Pending = long.MaxValue,
        Totals =
            [.. Enum.GetValues<OccurrenceOutcome>()
                .SelectMany(static o => Enum.GetValues<OutcomeReason>().Select(r => new LedgerTotal(o, r, long.MaxValue)))],
        Ranges = [.. Enumerable.Range(0, LedgerQuery.MaxLimit).Select(static n => new LedgerRange
        {
            From = Late.AddTicks(-n), To = Late.AddTicks(-n), Count = long.MaxValue - n, Outcome = OccurrenceOutcome.Missed,
            Reason = OutcomeReason.OwnerLost, GreatestDelay = TimeSpan.MaxValue,
        })],
    });

    /// <summary>The preview adds as many occurrences as it removes, and its schedule is one of the longest possible.</summary>
    [Fact]
    public void Preview_AtTheLimit_FitsOnePage()
    {
        var minutes = string.Join(',', Enumerable.Range(0, 60));
        var cron =
            TaskSchedule.Cron($"{minutes} {string.Join(',', Enumerable.Range(0, 24))} {string.Join(',', Enumerable.Range(1, 31))} * *");
        var longest = TaskSchedule.Any(Enumerable.Repeat(TaskSchedule.Any(Enumerable.Repeat(cron, 98)), 4));
        var start = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var preview = SchedulePreview.Compare(TaskSchedule.Every(TimeSpan.FromMinutes(1), start.AddSeconds(30)),
            TaskSchedule.Every(TimeSpan.FromMinutes(1), start), start, start.AddDays(365));
        Assert.InRange(preview.Added.Count, 999, 1000);
        Assert.InRange(preview.Removed.Count, 999, 1000);

        Check(preview with
        {
            Description = SchedulePreview.Compare(null, longest, start, start).Description,
            Added = [.. Occurrences(1000)],
            Removed = [.. Occurrences(1000)]
        });
        Assert.InRange(longest.DescribeFor("t").Length, 1, ShownText.MaxShown);
    }

    /// <summary>The size of a task includes the texts that people write about it, so they limit a page too.</summary>
    [Fact]
    public void SizeOf_ATask_CountsItsTexts()
    {
        var task = new TaskInfo { Name = "t", Handler = "h" };
        var texts = task with
        {
            Options = new TaskOptions { Description = new string('x', 10_000), Tags = [.. Enumerable.Repeat(new string('y', 100), 100)] }
        };
        Assert.True(AnswerPage.SizeOf(texts) - AnswerPage.SizeOf(task) >= 20_000);
    }

    /// <summary>An item never takes more room than a page counts for it. Otherwise a forgotten member would have no limit.</summary>
    [Fact]
    public void SizeOf_FullAnswer_IsAtLeastTheSentSize()
    {
        var (text, headers) = (new string('x', 10_000), new Dictionary<string, string> { ["h"] = new('x', 10_000) });
        TaskArguments arguments = [text];
        Continuation[] then =
            [.. Enumerable.Range(0, 20).Select(_ => new Continuation(new string('t', 200)) { Arguments = arguments, Headers = headers })];
        var retry = new RetryPolicy
        {
            OnlyFor = [.. Enumerable.Range(0, 32).Select(n => new string('e', 300) + n)],
            NotFor = [.. Enumerable.Range(0, 32).Select(n => new string('n', 300) + n)]
        };
        var progress = new RunProgress { Message = text, Json = new byte[10_000] };
        var result = new TaskResult
        {
            RunId = new RunId("t", Guid.NewGuid()),
            Json = new byte[10_000],
            Error = text,
            Stack = text,
            Arguments = arguments,
            Headers = headers,
            Log = [new RunLogLine(Late, default, text, text)]
        };

        Check(new TaskInfo
        {
            Name = "t",
            Handler = "h",
            Arguments = arguments,
            Headers = headers,
            PauseNote = text,
            Options = new TaskOptions { Description = text, Tags = [text], Then = then, Retry = retry }
        }, AnswerPage.SizeOf);
        Check(new TaskInfo
        {
            Name = "t",
            Handler = "h",
            Changes = [.. Enumerable.Range(0, 20).Select(n => new TaskChange { Note = text + n, By = text + n })]
        }, AnswerPage.SizeOf);
        Check(new RunInfo
        {
            RunId = new RunId("t", Guid.NewGuid()),
            Progress = progress,
            Awaits = [.. Enumerable.Range(0, 100).Select(n => new RunId(new string('a', 190) + n, Guid.NewGuid()))],
            AwaitsBatches = [.. Enumerable.Range(0, 100).Select(static _ => Guid.NewGuid())],
            Result = result
        }, AnswerPage.SizeOf);
        Check(result, AnswerPage.SizeOf);
        Check(result, static r => StreamSizes.Of(r));
        Check(new TaskEvent { Task = "t", Note = text, By = text, Progress = progress }, AnswerPage.SizeOfItem);
        Check(new StoredRun { RunId = new RunId("t", Guid.NewGuid()), DueAt = Late, Then = then, Arguments = arguments }, StoredRun.SizeOf);

        static void Check<T>(T item, Func<T, long> size) =>
            Assert.InRange(Orleans.GetRequiredService<Serializer>().SerializeToArray(item).Length, 1, size(item));
    }

    [Fact]
    public void HeldBytes_OfARun_CountItsContinuations()
    {
        var run = new StoredRun { RunId = new RunId("t", Guid.NewGuid()), DueAt = Late };
        var followed = run with { Then = [new Continuation("t") { Arguments = [new string('x', 100_000)] }] };
        Assert.InRange(followed.HeldBytes - run.HeldBytes, 100_000, 101_000);
    }

    private static IEnumerable<TaskOccurrence> Occurrences(int count) =>
        Enumerable.Range(0, count)
            .Select(
                static n =>
                    new TaskOccurrence
                    {
                        Utc = Late.AddTicks(-n),
                        Local = Late.AddTicks(-n),
                        Planned = Late.AddTicks(-n),
                        Effects = (OccurrenceEffects)int.MaxValue
                    });

    private static void Check<T>(T answer) =>
        Assert.InRange(Orleans.GetRequiredService<Serializer>().SerializeToArray(answer).Length, 1, AnswerPage.MaxBytes);
}
