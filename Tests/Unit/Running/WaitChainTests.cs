using OrleansTasks.Running;

namespace OrleansTasks.Tests.Unit;

public sealed class WaitChainTests
{
    private readonly Dictionary<RunId, RunInfo> _runs = [];

    [Theory]
    [InlineData("a>b b>a", "a b a")]
    [InlineData("a>b b>c c>a", "a b c a")]
    [InlineData("a>b b>c,d d>a", "a b d a")]
    [InlineData("a>b b>c c>b", null)]
    [InlineData("a>b b>c", null)]
    [InlineData("a>b", null)]
    public async Task FollowAsync_ACircle_IsNamed(string waits, string? expected)
    {
        foreach (var wait in waits.Split(' '))
        {
            Add(wait[..1], RunStatus.Running, [.. wait[2..].Split(',').Select(Id)]);
        }

        var found = await WaitChain.FollowAsync(Id("a"), Id("b"), Find);

        Assert.Equal(expected, found.Cycle is null ? null : string.Join(' ', found.Cycle.Select(r => r.Task)));
    }

    [Theory]
    [InlineData(RunStatus.Waiting, true)]
    [InlineData(RunStatus.Running, false)]
    [InlineData(RunStatus.Succeeded, false)]
    public async Task FollowAsync_ARunAtTheEndThatHasNotBegun_IsTold(RunStatus status, bool blocked)
    {
        Add("b", RunStatus.Running, [Id("c")]);
        Add("c", status, []);

        var found = await WaitChain.FollowAsync(Id("a"), Id("b"), Find);

        Assert.Equal(blocked ? Id("c") : null, found.Blocked?.RunId);
        Assert.Null(found.Cycle);
    }

    [Fact]
    public async Task FollowAsync_ALongChain_IsBounded()
    {
        var asked = 0;
        await WaitChain.FollowAsync(Id("a"), Id("1"), run =>
        {
            asked++;
            return Task.FromResult<RunInfo?>(new RunInfo { RunId = run, Status = RunStatus.Running, Awaits = [Id($"{int.Parse(run.Task, System.Globalization.CultureInfo.InvariantCulture) + 1}")] });
        });

        Assert.InRange(asked, 2, 64);
    }

    [Fact]
    public void RunCycleException_NamesTheRuns()
    {
        var e = new RunCycleException([Id("a"), Id("b"), Id("a")]);

        Assert.Equal($"The run {Id("a")} would never end: it waits for {Id("b")}, which waits for {Id("a")}.", e.Message);
        Assert.Equal("a", e.Task);
    }

    private static RunId Id(string task) => new(task, new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));

    private void Add(string task, RunStatus status, IReadOnlyList<RunId> awaits) => _runs[Id(task)] = new RunInfo { RunId = Id(task), Status = status, Awaits = awaits };

    private Task<RunInfo?> Find(RunId run) => Task.FromResult(_runs.GetValueOrDefault(run));
}
