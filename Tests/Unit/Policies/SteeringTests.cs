using OrleansTasks.Errors;
using OrleansTasks.Policies;
using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Unit;

public sealed class SteeringTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset At = Now.AddHours(1);

    public static TheoryData<string, Func<Exception>, int> Cases => new()
    {
        { "nothing", () => new IOException(), (int)Steering.None },
        { "never", () => new DoNotRetryException("x"), (int)Steering.Never },
        { "never, aggregated", () => new AggregateException(new IOException(), new DoNotRetryException("x")), (int)Steering.Never },

        {
            "never, inside", () => new InvalidOperationException("a", new InvalidOperationException("b", new DoNotRetryException("x"))),
            (int)Steering.Never
        },

        {
            "never before later", () => new AggregateException(new RetryLaterException(At, "l"), new DoNotRetryException("x")),
            (int)Steering.Never
        },
        { "later, inside", () => new InvalidOperationException("a", new RetryLaterException(At, "l")), (int)Steering.Later },

        {
            "later before not yet", () => new AggregateException(new SnoozeException(At), new RetryLaterException(At, "l")),
            (int)Steering.Later
        },
        { "not yet, aggregated", () => new AggregateException(new SnoozeException(At)), (int)Steering.Snooze },
        { "not yet, inside", () => new InvalidOperationException("a", new SnoozeException(At)), (int)Steering.Snooze },
        { "not yet, and failed besides", () => new AggregateException(new SnoozeException(At), new IOException()), (int)Steering.None },
        { "its arguments", () => new TaskArgumentException("t", "p", "m"), (int)Steering.Never },
        { "a child's arguments", () => new InvalidOperationException("a", new TaskArgumentException("t", "p", "m")), (int)Steering.None },
        { "circle", () => Circle.Make(), (int)Steering.None },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Of_Wrapped_IsDetected(string what, Func<Exception> make, int expected)
    {
        var (steering, at) = Steerings.Of(ExceptionText.NodesOf(make()), Now);

        Assert.True((int)steering == expected, what);
        Assert.Equal(steering is Steering.Later or Steering.Snooze ? At : null, at);
    }

    [Fact]
    public void TypesOf_InnerExceptions_AreCovered()
    {
        var types = Steerings.TypesOf(
            ExceptionText.NodesOf(new AggregateException(new InvalidOperationException("a", new FileNotFoundException()))));
        var outcome = new RunOutcome { Status = RunStatus.Failed, ErrorTypes = types };

        Assert.True(Retries.Covers(new RetryPolicy { OnlyFor = ["IOException"] }, outcome));
        Assert.False(Retries.Covers(new RetryPolicy { NotFor = ["FileNotFoundException"] }, outcome));
        Assert.False(Retries.Covers(new RetryPolicy { OnlyFor = ["TimeoutException"] }, outcome));
        Assert.Single(types, "System.Exception");
    }

    [Theory]
    [InlineData(RunStatus.Cancelled, "The run was cancelled.", 2, "boom",
        "The run was cancelled. 2 attempts failed before, the last one with: boom")]
    [InlineData(RunStatus.Lost, "Lost.", 1, "boom", "Lost. One attempt failed before, with: boom")]
    [InlineData(RunStatus.TimedOut, "boom", 1, "boom", "boom")]
    [InlineData(RunStatus.Cancelled, "The run was cancelled.", 0, null, "The run was cancelled.")]
    [InlineData(RunStatus.Failed, "its own", 1, "boom", "its own")]
    public void Keep_ErrorOfEarlierAttempts_IsReportedIfTheEndHasNone(RunStatus status, string error, int failures, string? last,
        string expected) =>
        Assert.Equal(expected, EarlierErrors.Keep(new RunOutcome { Status = status, Error = error }, failures, last).Error);
}
