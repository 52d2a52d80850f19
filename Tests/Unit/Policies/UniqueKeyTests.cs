using OrleansTasks.Policies;
using OrleansTasks.Values;

namespace OrleansTasks.Tests.Unit.Policies;

public sealed class UniqueKeyTests
{
    [Fact]
    public void Of_EqualArguments_AreEqual() => Assert.Equal(Of([1, "a"]), Of([1, "a"]));

    [Fact]
    public void Of_DifferentArguments_AreDifferent()
    {
        TaskArguments[] all = [TaskArguments.None, [1], ["1"], [1, 2], [2, 1], TaskArguments.Named(("n", 1)),
            TaskArguments.Of(1).WithNamed(TaskArguments.Named(("n", 1)))];

        Assert.Equal(all.Length, all.Select(Of).Distinct().Count());
    }

    [Fact]
    public void Of_OtherHeaders_IsAnotherKey()
    {
        var arguments = BoundArguments.Of([1], null, null);
        (string Name, string Text)?[] all = [null, ("tenant", "a"), ("tenant", "b"), ("other", "a")];
        var keys =
            all.Select(
                h => UniqueKeys.Of(arguments,
                    h is { } one ? TaskHeaders.Of(new Dictionary<string, string> { [one.Name] = one.Text }) : null)).ToList();
        Assert.Equal(4, keys.Distinct().Count());
        Assert.Equal(Of([1]), keys[0]);
    }

    [Fact]
    public void Of_AnyArguments_AreShortAndDifferFromKeysOfCallers() =>
        Assert.Matches("^\u0001b[0-9A-F]{32}$", Of([new string('x', 100_000)]));

    [Fact]
    public void Former_OfTheArgumentsText_MatchesEarlierVersions()
    {
        Assert.Equal("\u0001", UniqueKeys.Former(null));
        Assert.Equal("\u0001" + Convert.ToHexString(System.IO.Hashing.XxHash128.Hash("[1]"u8)), UniqueKeys.Former([1]));
    }

    private static string Of(TaskArguments arguments) => UniqueKeys.Of(BoundArguments.Of(arguments, null, null));
}
