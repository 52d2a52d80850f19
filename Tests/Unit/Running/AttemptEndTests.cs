using OrleansTasks.Errors;
using OrleansTasks.Running;
using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Unit.Running;

/// <summary>Tests which outcome an attempt has, by what is known about it.</summary>
public sealed class AttemptEndTests
{
    private static readonly DateTimeOffset At = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Thrown Said = new("Type", "message", "stack");

    public static TheoryData<string, string> Table => new()
    {
        { nameof(AttemptPhase.Waiting), "Begin>Running Stop>Ended" },
        { nameof(AttemptPhase.Running), "Stop>Running End>Ended" },
        { nameof(AttemptPhase.Ended), "" },
    };

    /// <summary>Tries every phase with every event. Only transitions in the table are possible.</summary>
    [Theory]
    [MemberData(nameof(Table))]
    public void Next_EachPhaseWithEachEvent_MatchesTheTable(string name, string expected)
    {
        var phase = Enum.Parse<AttemptPhase>(name);
        Assert.Equal(Enum.GetValues<AttemptPhase>().Length, Table.Count);
        Assert.Equal(expected,
            string.Join(' ',
                Enum.GetValues<AttemptEvent>().Where(e => AttemptLifecycle.Next(phase, e) is not null)
                    .Select(e => $"{e}>{AttemptLifecycle.Next(phase, e)}")));
    }

    [Theory]
    [InlineData(false, null, "cancellation", RunStatus.Failed)]
    [InlineData(true, null, "cancellation", RunStatus.Cancelled)]
    [InlineData(true, RunStatus.Cancelled, "cancellation", RunStatus.Cancelled)]
    [InlineData(true, RunStatus.TimedOut, "cancellation", RunStatus.TimedOut)]
    [InlineData(true, RunStatus.TimedOut, "wrapped", RunStatus.TimedOut)]
    [InlineData(true, RunStatus.TimedOut, "other", RunStatus.Failed)]
    [InlineData(true, RunStatus.Cancelled, "timeout of its own", RunStatus.Failed)]
    public void StatusOf_Exception_IsAFailureUnlessItIsARequestedCancellation(bool isStopped, RunStatus? cause, string what,
        RunStatus expected)
    {
        var stop = new CancellationToken(isStopped);
        Exception e = what switch
        {
            "cancellation" => new OperationCanceledException(stop),
            "wrapped" => new AggregateException(new TaskCanceledException("one"),
                new InvalidOperationException("two", new OperationCanceledException())),
            "timeout of its own" => new TaskCanceledException("A request took too long.", new TimeoutException()),
            _ => new InvalidOperationException(),
        };
        Assert.Equal(expected, AttemptEnd.StatusOf(e, cause, stop));
    }

    [Theory]
    [InlineData(RunStatus.Failed, false, "message", "stack", false)]
    [InlineData(RunStatus.TimedOut, false, "The run did not end within its timeout.", null, false)]
    [InlineData(RunStatus.Cancelled, false, "The run was cancelled.", null, false)]
    [InlineData(RunStatus.Cancelled, true, "The silo stopped before the run ended.", null, true)]
    public void Threw_EachStatus_HasItsReason(RunStatus status, bool isCutOff, string error, string? stack, bool saysCutOff)
    {
        var outcome = Of(Order()).Threw(status, new InvalidOperationException(), Said, isCutOff, sendStack: true);

        Assert.Equal((status, error, stack, saysCutOff), (outcome.Status, outcome.Error, outcome.Stack, outcome.CutOff));
        Assert.Equal(status == RunStatus.Failed, outcome.ErrorTypes.Contains(typeof(InvalidOperationException).FullName));
        Assert.Null(Of(Order()).Threw(status, new InvalidOperationException(), Said, isCutOff, sendStack: false).Stack);
    }

    [Fact]
    public void Threw_SteeringException_HasTheNextInstant()
    {
        var later = Of(Order()).Threw(RunStatus.Failed, new RetryLaterException(TimeSpan.FromMinutes(1), "later"), Said, isCutOff: true,
            sendStack: false);
        Assert.Equal((Steering.Later, At.AddMinutes(1), false), (later.Steering, later.AgainAt, later.CutOff));

        var cancelled = Of(Order()).Threw(RunStatus.Cancelled, new RetryLaterException(TimeSpan.FromMinutes(1), "later"), Said,
            isCutOff: false, sendStack: false);
        Assert.Equal((Steering.None, null), (cancelled.Steering, cancelled.AgainAt));
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(1, null, null)]
    [InlineData(0, null, RunStatus.Expired)]
    [InlineData(null, 0, RunStatus.TimedOut)]
    [InlineData(0, 0, RunStatus.Expired)]
    [InlineData(1, -1, RunStatus.TimedOut)]
    public void TooLate_AttemptWithAPlace_DependsOnItsLimits(int? expiresAfter, int? deadlineAfter, RunStatus? expected)
    {
        var order = Order() with { ExpiresAt = After(expiresAfter), Deadline = After(deadlineAfter) };
        Assert.Equal(expected, Of(order).TooLate()?.Status);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(5, null, 5)]
    [InlineData(null, 7, 7)]
    [InlineData(5, 7, 5)]
    [InlineData(9, 7, 7)]
    public void TimeLeft_OfAnAttempt_IsTheShorterOfItsLimits(int? timeout, int? deadlineAfter, int? expected)
    {
        var order = Order() with { Timeout = timeout is { } s ? TimeSpan.FromSeconds(s) : null, Deadline = After(deadlineAfter) };
        Assert.Equal(expected is { } seconds ? TimeSpan.FromSeconds(seconds) : null, Of(order).TimeLeft);
    }

    /// <summary>
    /// The clock was put back by a year after the run was accepted. No timer accepts so long a time, and the run would fail.
    /// </summary>
    [Fact]
    public void TimeLeft_BeyondATimersMaximum_IsThatMaximum() =>
        Assert.Equal(OptionFaults.LongestWait, Of(Order() with { Deadline = At.AddDays(365) }).TimeLeft);

    [Theory]
    [InlineData(1, null, RunStatus.Cancelled, true, "The run was stopped before it started.")]
    [InlineData(2, RunStatus.TimedOut, RunStatus.TimedOut, false, "The run was stopped before its next attempt started.")]
    public void Unstarted_EachCause_HasItsReason(int attempt, RunStatus? cause, RunStatus expected, bool isCutOff, string error)
    {
        var outcome = (Of(Order() with { Attempt = attempt }) with { StartedAt = null }).Unstarted(cause);
        Assert.Equal((expected, isCutOff, error, null), (outcome.Status, outcome.CutOff, outcome.Error, outcome.StartedAt));
    }

    private static DateTimeOffset? After(int? seconds) => seconds is { } s ? At.AddSeconds(s) : null;

    private static AttemptEnd Of(RunOrder order) => new(order, At.AddSeconds(-1), At, "here");

    private static RunOrder Order() => RunnerRig.Order(1);
}
