using OrleansTasks.Policies;
using OrleansTasks.Values;

namespace OrleansTasks.Tests.Unit.Policies;

public sealed class HeaderLimitsTests
{
    private static readonly TaskEngineLimits Limits = new() { MaxHeaders = 2, MaxHeadersSize = 10 };

    [Theory]
    [InlineData(2, 4, true)]
    [InlineData(3, 1, false)]
    [InlineData(0, 0, true)]
    public void Check_OfTheirNumber_NamesTheLimit(int count, int length, bool good)
    {
        if (good)
        {
            HeaderLimits.Check("t", Headers(count, length), Limits);
            return;
        }

        Assert.Contains("MaxHeaders",
            Assert.Throws<InvalidTaskException>(() => HeaderLimits.Check("t", Headers(count, length), Limits)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Check_OfTheirSize_SaysHowLargeTheyAre()
    {
        var error = Assert.Throws<PayloadTooLargeException>(() => HeaderLimits.Check("t", Headers(2, 5), Limits));
        Assert.Equal(("t", 12, 10), (error.Task, error.Size, error.Limit));
        Assert.Contains("MaxHeadersSize", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_OfContinuations_IncludeEach() =>
        Assert.Single(
            ContinuationLimits.Faults("t",
                [new Continuation("a") { Headers = Headers(3, 1) }, new Continuation("b"),
                    new Continuation("c") { Headers = Headers(1, 1) }], Limits));

    /// <summary>All continuations are stored and sent with the run, so the limit applies to their total size.</summary>
    [Fact]
    public void Faults_OfContinuationArguments_CountAllOfThem()
    {
        var limits = new TaskEngineLimits { MaxArgumentsSize = 2_000 };
        Continuation[] fit = [new("a") { Arguments = [new string('x', 900)] }, new("b") { Arguments = [new string('x', 900)] }];

        var error = Assert.Throws<PayloadTooLargeException>(
            () => ContinuationLimits.Faults("t", [.. fit, new("c") { Arguments = [new string('x', 900)] }], limits));

        Assert.Empty(ContinuationLimits.Faults("t", fit, limits));
        Assert.Empty(ContinuationLimits.Faults("t", null, limits));
        Assert.Equal(("t", 2_000), (error.Task, error.Limit));
        Assert.InRange(error.Size, 2_700, 2_800);
    }

    private static TaskHeaders? Headers(int count, int length) =>
        TaskHeaders.Of(Enumerable.Range(0, count).Select(n => KeyValuePair.Create($"{n}", new string('x', length))));
}
