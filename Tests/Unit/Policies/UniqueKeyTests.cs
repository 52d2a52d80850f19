namespace OrleansTasks.Tests.Unit.Policies;

public sealed class UniqueKeyTests
{
    [Fact]
    public void Of_EqualArguments_AreEqual()
    {
        Assert.Equal(UniqueKeys.Of([1, "a"]), UniqueKeys.Of([1, "a"]));
        Assert.Equal(UniqueKeys.Of(null), UniqueKeys.Of(null));
    }

    [Fact]
    public void Of_DifferentArguments_AreDifferent()
    {
        TaskArguments?[] all = [null, TaskArguments.None, [1], ["1"], [1, 2], [2, 1], TaskArguments.Named(("n", 1)), TaskArguments.Of(1).WithNamed(TaskArguments.Named(("n", 1)))];

        Assert.Equal(all.Length, all.Select(UniqueKeys.Of).Distinct().Count());
    }

    [Fact]
    public void Of_AnyArguments_AreShortAndNoKeyOfACaller()
    {
        Assert.Equal("\u0001", UniqueKeys.Of(null));
        Assert.Matches("^\u0001[0-9A-F]{32}$", UniqueKeys.Of([new string('x', 100_000)]));
    }
}
