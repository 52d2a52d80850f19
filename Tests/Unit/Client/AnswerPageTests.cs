using OrleansTasks.Grains;

namespace OrleansTasks.Tests.Unit.Client;

/// <summary>Tests how the size of an answer is limited.</summary>
public sealed class AnswerPageTests
{
    private const long Half = AnswerPage.MaxBytes / 2;

    [Theory]
    [InlineData(new long[] { }, 10, 0)]
    [InlineData(new long[] { 1, 1, 1 }, 10, 3)]
    [InlineData(new long[] { 1, 1, 1 }, 2, 2)]
    [InlineData(new long[] { 1, 1, 1 }, 0, 0)]
    [InlineData(new long[] { Half, Half, 1 }, 10, 2)]
    [InlineData(new long[] { Half, Half - 1, 1, 1 }, 10, 3)]
    [InlineData(new long[] { 100 * AnswerPage.MaxBytes, 1 }, 10, 1)]
    public void Of_Items_EndsWithTheItemThatReachesTheSize(long[] sizes, int limit, int expected) =>
        Assert.Equal(sizes.Take(expected), AnswerPage.Of(sizes, static s => s, limit));

    [Theory]
    [InlineData(new long[] { 1, 1 }, false)]
    [InlineData(new long[] { Half, Half }, true)]
    [InlineData(new long[] { Half, Half - 1 }, false)]
    [InlineData(new long[] { }, false)]
    public void MayGoOn_AfterAPage_OnlyIfItEndedBecauseOfItsSize(long[] sizes, bool expected) =>
        Assert.Equal(expected, AnswerPage.MayGoOn(sizes, static s => s));

    [Fact]
    public void Divide_Items_LosesNoneAndKeepsTheirOrder()
    {
        long[] sizes = [Half, Half, 1, 2, 3, 2 * AnswerPage.MaxBytes, 4];

        var pages = AnswerPage.Divide(sizes, static s => s, 2).ToList();

        Assert.Equal(sizes, pages.SelectMany(p => p));
        Assert.Equal([2, 2, 2, 1], pages.Select(p => p.Count));
    }

    [Fact]
    public void SizeOf_AResult_CountsEveryLargePart()
    {
        var result = new TaskResult { RunId = new RunId("t", Guid.NewGuid()) };
        var small = AnswerPage.SizeOf(result);

        Assert.All(
            (TaskResult[])[result with { Json = new byte[5000] }, result with { Error = new string('e', 5000) },
                result with { Stack = new string('s', 5000) }, result with { Arguments = [new string('a', 5000)] },
                result with { Log = [new RunLogLine(default, default, "c", new string('l', 5000))] }],
            r => Assert.InRange(AnswerPage.SizeOf(r), small + 5000, small + 20_000));
    }

    [Fact]
    public void SizeOf_ATask_CountsItsSchedule()
    {
        var info = new TaskInfo { Name = "t", Handler = "t" };
        var dates = Enumerable.Range(0, 5_000).Select(n => new DateTime(2026, 1, 1).AddDays(n)).ToList();
        var small = AnswerPage.SizeOf(info);

        Assert.All(
            [
                TaskSchedule.Calendar("FREQ=DAILY", new DateTime(2026, 1, 1), include: dates),
                TaskSchedule.Any(Enumerable.Repeat(TaskSchedule.Cron(string.Join(',', Enumerable.Range(0, 60)) + " * * * *"), 100))
                    .Except(TaskSchedule.Any(Enumerable.Repeat(TaskSchedule.Cron("0 9 * * *").OnOpenDays(new string('x', 200)), 100))),
            ],
            schedule => Assert.InRange(AnswerPage.SizeOf(info with { Schedule = schedule }), small + 80_000, small + 500_000));
    }
}
