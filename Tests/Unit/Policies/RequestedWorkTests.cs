using OrleansTasks.Policies;
using OrleansTasks.Values;

namespace OrleansTasks.Tests.Unit.Policies;

public sealed class RequestedWorkTests
{
    [Fact]
    public void Differences_OfTheSameWork_AreNone()
    {
        Assert.Empty(RequestedWork.Differences(Of(("n", "1")), Of(("n", "1"))));
        Assert.Empty(RequestedWork.Differences(null, Of(("n", "1"))));
        Assert.Empty(RequestedWork.Differences(Of(("n", "1")), null));
    }

    [Fact]
    public void Differences_OfOtherWork_NameTheFieldsWithoutValues()
    {
        var differences = RequestedWork.Differences(Of(("left", "\"secret\""), ("n", "\"secret1\"")),
            RequestedWork.Of(Bound(("n", "\"secret2\""), ("new", "1")), [new Continuation("next")]));

        Assert.Equal(
            ["The continuations (then) differ.", "The argument 'left' is missing.", "The argument 'n' has another value.",
                "The argument 'new' was not given the first time."],
            differences);
        Assert.DoesNotContain("secret", Of(("n", "\"secret\"")), StringComparison.Ordinal);
    }

    [Fact]
    public void Differences_OfHeaders_OmitTheirValues()
    {
        var (none, one, same, other) = (Of(("n", "1")), With("tenant", "a"), With("Tenant", "a"), With("tenant", "b"));
        Assert.Empty(RequestedWork.Differences(one, same));
        Assert.Equal(["The headers differ."], RequestedWork.Differences(one, other));
        Assert.Equal(["The headers differ."], RequestedWork.Differences(none, one));
        Assert.Equal(["The headers differ."], RequestedWork.Differences(one, none));

        static string With(string name, string text) =>
            RequestedWork.Of(Bound(("n", "1")), null, TaskHeaders.Of(new Dictionary<string, string> { [name] = text }));
    }

    [Fact]
    public void Of_ThousandsOfArguments_IsBoundedAndDependsOnTheLast()
    {
        (string, string)[] many = [.. Enumerable.Range(0, 10_000).Select(n => ($"argument-{n:D5}", "1"))];
        var (one, other) = (Of(many), Of([.. many[..^1], (many[^1].Item1, "2")]));

        Assert.InRange(one.Length, 100, 4_000);
        Assert.Equal(["Arguments beyond the first 32 differ."], RequestedWork.Differences(one, other));
        Assert.Equal(11, RequestedWork.Differences(one, Of()).Count);
    }

    private static string Of(params (string, string)[] arguments) => RequestedWork.Of(Bound(arguments), null);

    private static SortedDictionary<string, string> Bound(params (string Name, string Json)[] arguments) =>
        new(arguments.ToDictionary(a => a.Name, a => a.Json), StringComparer.Ordinal);
}
