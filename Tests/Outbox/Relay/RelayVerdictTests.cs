using OrleansTasks.Outbox.Relay;
using OrleansTasks.Outbox.Rows;

namespace OrleansTasks.Tests.Outbox.Relay;

/// <summary>Tests what the relay makes of failures.</summary>
public sealed class RelayVerdictTests
{
    private static readonly DateTimeOffset Now = new(2027, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly OutboxOptions Options = new();

    public static TheoryData<string, Exception> Failures => new()
    {
        { "Refuse", new TaskArgumentException("a", "n", "n is text; give a number.") },
        { "Refuse", new InvalidTaskException("a", ["ExpiresAt is over."]) },
        { "Refuse", new PayloadTooLargeException("a", "The argument list", 2, 1) },
        { "Refuse", new TaskCancelledException("a") },
        { "Refuse", new RequestForgottenException(new RunId("a", Guid.NewGuid())) },
        { "Postpone", new TasksOverloadedException("a", "full", TimeSpan.FromSeconds(1)) },
        { "Postpone", new SchedulerStoppedException("a") },
        { "Postpone", new InvalidOperationException("a filter of the host failed") },
        { "Outage", new ClusterUnreachableException("No silo answers.") },
        { "Outage", new TaskStorageException("Storage fails.") },
        { "Outage", new TimeoutException() },
        { "Outage", new OrleansException("The silo is lost.") },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Of_Failure_IsTheExpectedVerdict(string expected, Exception failure)
    {
        var verdict = RelayVerdict.Of(failure, Row(age: TimeSpan.Zero), Now, Options);
        Assert.Equal(expected, verdict.Kind.ToString());
        Assert.Contains(failure.GetType().Name, verdict.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(59, "Postpone")]
    [InlineData(60, "Refuse")]
    public void Of_UnknownTask_IsRefusedAfterSomeTime(int seconds, string expected) => Assert.Equal(
        expected,
        RelayVerdict.Of(new TaskNotFoundException("a"), Row(TimeSpan.FromSeconds(seconds)), Now, Options).Kind.ToString());

    [Theory]
    [InlineData(0, 100)]
    [InlineData(1, 200)]
    [InlineData(6, 6400)]
    [InlineData(7, 10_000)]
    [InlineData(1_000_000, 10_000)]
    public void PauseAfter_Attempts_Doubles(int attempts, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), RelayVerdict.PauseAfter(attempts, Options));

    [Fact]
    public void After_PostponedRow_WaitsNoLongerThanForIt()
    {
        var pace = new PollPace(Options);
        Assert.Equal(TimeSpan.FromMilliseconds(20), pace.After(true, true, TimeSpan.FromMilliseconds(20)));
        Assert.Equal(TimeSpan.Zero, pace.After(true, true, TimeSpan.FromMilliseconds(-20)));
        Assert.Equal(Options.MaxPollPeriod, pace.After(true, true, null));
        Assert.Equal(Options.PollPeriod, pace.After(false, true, TimeSpan.FromHours(1)));
    }

    private static OutboxRow Row(TimeSpan age) =>
        new(Guid.NewGuid().ToString("N"), "a", null, null, null, null, (Now - age).ToUnixTimeMilliseconds());
}
