using OrleansTasks.Errors;

namespace OrleansTasks.Tests.Unit;

public sealed class ExceptionTextTests
{
    public static TheoryData<string, Func<Exception>, string> Hostile => new()
    {
        { "plain", () => new InvalidOperationException("plain"), "plain" },
        { "message throws", () => new ThrowingMessageException(), "could not be read: it threw System.InvalidOperationException" },

        {
            "everything throws", () => new ThrowingEverythingException(),
            "could not be read: it threw OrleansTasks.Tests.Unit.ThrowingMessageException"
        },
        { "null", () => new NullMessageException(), "is null" },
        { "inside an aggregate", () => new AggregateException("many", new ThrowingMessageException()), "could not be read" },
        { "circle", () => Circle.Make(), "outer" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void MessageOf_HostileException_IsAText(string what, Func<Exception> make, string expected)
    {
        var message = ExceptionText.MessageOf(make());

        Assert.True(message.Contains(expected, StringComparison.Ordinal), $"{what}: {message}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    public void Describe_MessageOfManyMegabytes_IsTruncatedBeforeCopying(int exceptions)
    {
        var message = new string('x', 20 << 20);
        var e = exceptions == 1
            ? (Exception)new InvalidOperationException(message)
            : new AggregateException(Enumerable.Range(0, exceptions).Select(_ => new InvalidOperationException(message)));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var text = ExceptionText.Describe(e);
        var said = ExceptionText.MessageOf(e);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 << 20);
        Assert.InRange(text.Length, 1_000, ExceptionText.MostDescription);
        Assert.InRange(said.Length, 1_000, ExceptionText.MostMessage);
        Assert.Contains("(cut; ", said, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Describe_HostileException_NamesItsType(string what, Func<Exception> make, string expected)
    {
        var e = make();
        var text = ExceptionText.Describe(Thrown(e));

        Assert.True(text.StartsWith(e.GetType().FullName!, StringComparison.Ordinal) && text.Contains(expected, StringComparison.Ordinal),
            $"{what}: {text}");
        Assert.True(text.Length < 20_000, what);
    }

    [Fact]
    public void Describe_WithInnerExceptions_HasTheirTypesMessagesAndStacks()
    {
        var text =
            ExceptionText.Describe(
                Thrown(new AggregateException("many", Thrown(new DivideByZeroException("one")),
                    new InvalidOperationException("two", new FormatException("three")))));

        Assert.Contains("---> System.DivideByZeroException: one", text, StringComparison.Ordinal);
        Assert.Contains("---> System.InvalidOperationException: two", text, StringComparison.Ordinal);
        Assert.Contains("---> System.FormatException: three", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split(nameof(Thrown) + "(").Length - 1);
    }

    [Fact]
    public void Describe_OfADeepChain_IsBounded()
    {
        Assert.Contains("further inner exceptions are left out", ExceptionText.Describe(Circle.Deep(10_000)), StringComparison.Ordinal);
        Assert.Equal(ExceptionText.MostNodes, ExceptionText.NodesOf(Circle.Deep(10_000)).Count);
    }

    [Fact]
    public void NodesOf_ACircle_HasEachOnce() =>
        Assert.Equal(["outer", "inner"], ExceptionText.NodesOf(Circle.Make()).Select(n => n.Message));

    private static Exception Thrown(Exception e)
    {
        try
        {
            throw e;
        }
        catch (Exception caught)
        {
            return caught;
        }
    }
}
