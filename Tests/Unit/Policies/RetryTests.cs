using CsCheck;
using OrleansTasks.Policies;
using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Unit.Policies;

/// <summary>Tests the decision about the next attempt, with tables and properties.</summary>
public sealed class RetryTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly Guid Run = Guid.Parse("0199f3a2-6d2c-7c1e-9d5f-0123456789ab");
    private static readonly RetryPolicy Exact = new() { Jitter = 0 };

    [Theory]
    [InlineData(RunStatus.Succeeded, false)]
    [InlineData(RunStatus.Failed, true)]
    [InlineData(RunStatus.TimedOut, true)]
    [InlineData(RunStatus.Cancelled, false)]
    [InlineData(RunStatus.Lost, false)]
    [InlineData(RunStatus.Expired, false)]
    public void After_EachStatus_RetriesOnlyFailures(RunStatus status, bool again) =>
        Assert.Equal(again, Retries.After(Exact, new RunOutcome { Status = status, FinishedAt = Now }, 0, Run, null) is not null);

    [Theory]
    [InlineData(Backoff.Constant, "2 2 2 2 2 2 2")]
    [InlineData(Backoff.Linear, "2 4 6 8 10 12 14")]
    [InlineData(Backoff.Exponential, "2 4 8 16 20 20 20")]
    public void Wait_EachBackoff_GrowsUpToTheCap(Backoff backoff, string seconds)
    {
        var policy = Exact with { Backoff = backoff, Delay = TimeSpan.FromSeconds(2), MaxDelay = TimeSpan.FromSeconds(20) };

        Assert.Equal(seconds, string.Join(' ', Enumerable.Range(1, 7).Select(n => Retries.Wait(policy, n, Run).TotalSeconds)));
    }

    [Theory]
    [InlineData(1, 0, false)]
    [InlineData(2, 0, true)]
    [InlineData(2, 1, false)]
    [InlineData(5, 3, true)]
    [InlineData(5, 4, false)]
    public void After_ManyFailures_StopsAtTheLimit(int maxAttempts, int failures, bool again)
    {
        var next = Retries.After(Exact with { MaxAttempts = maxAttempts }, Failed(), failures, Run, null);

        Assert.Equal(again ? failures + 1 : null, next?.Failures);
    }

    [Theory]
    [InlineData(nameof(Steering.None), null, null, 0)]
    [InlineData(nameof(Steering.None), 3, 1.0, 1)]
    [InlineData(nameof(Steering.Never), 3, null, 0)]
    [InlineData(nameof(Steering.Later), 3, 60.0, 1)]
    [InlineData(nameof(Steering.Later), 1, null, 0)]
    [InlineData(nameof(Steering.Later), null, 60.0, 1)]
    [InlineData(nameof(Steering.Snooze), 3, 60.0, 0)]
    [InlineData(nameof(Steering.Snooze), 1, 60.0, 0)]
    [InlineData(nameof(Steering.Snooze), null, 60.0, 0)]
    public void After_HandlersChoice_OverridesThePolicy(string steering, int? maxAttempts, double? seconds, int failures)
    {
        var policy = maxAttempts is { } max ? Exact with { MaxAttempts = max } : null;

        var next = Retries.After(policy, Failed() with { Steering = Enum.Parse<Steering>(steering), AgainAt = Now.AddSeconds(60) }, 0, Run,
            null);

        Assert.Equal(seconds is { } s ? new Retries.Next(Now.AddSeconds(s), failures) : null, next);
    }

    [Fact]
    public void After_InstantInThePast_IsImmediate() =>
        Assert.Equal(Now,
            Retries.After(null, Failed() with { Steering = Steering.Snooze, AgainAt = Now.AddDays(-1) }, 0, Run, null)!.Value.At);

    [Theory]
    [InlineData(1.0, false)]
    [InlineData(1.1, true)]
    [InlineData(-1.0, false)]
    public void After_PastTheDeadline_IsNotRetried(double deadlineSeconds, bool again) =>
        Assert.Equal(again, Retries.After(Exact, Failed(), 0, Run, Now.AddSeconds(deadlineSeconds)) is not null);

    [Theory]
    [InlineData("", "", true)]
    [InlineData("System.IO.IOException", "", true)]
    [InlineData("IOException", "", true)]
    [InlineData("FileNotFoundException", "", true)]
    [InlineData("Exception", "", true)]
    [InlineData("OException", "", false)]
    [InlineData("YYException", "", false)]
    [InlineData("System.IO", "", false)]
    [InlineData("System.IO.FileNotFoundException.Inner", "", false)]
    [InlineData("Inner", "", true)]
    [InlineData("Outer+Inner", "", true)]
    [InlineData("", "Inner", false)]
    [InlineData("TimeoutException", "", false)]
    [InlineData("", "FileNotFoundException", false)]
    [InlineData("IOException", "FileNotFoundException", false)]
    [InlineData("", "TimeoutException", true)]
    public void Covers_TypeNames_IncludeTheExceptionAndItsBases(string only, string not, bool covered)
    {
        var policy = Exact with { OnlyFor = only.Length == 0 ? [] : [only], NotFor = not.Length == 0 ? [] : [not] };
        var outcome = Failed() with
        {
            ErrorTypes = ["Shop.Outer+Inner", "System.IO.FileNotFoundException", "System.IO.IOException", "System.SystemException",
                "System.Exception"]
        };

        Assert.Equal(covered, Retries.Covers(policy, outcome));
    }

    [Theory]
    [InlineData("TimeoutException", true)]
    [InlineData("System.TimeoutException", true)]
    [InlineData("IOException", false)]
    public void Covers_AnAttemptThatTimedOut_CountsAsATimeout(string only, bool covered) =>
        Assert.Equal(covered, Retries.Covers(Exact with { OnlyFor = [only] }, new RunOutcome { Status = RunStatus.TimedOut }));

    [Fact]
    public void Wait_WithJitter_IsTheSameForTheSameRunAndNeverLongerThanWithout() =>
        Gen.Select(Gen.Guid, Gen.Int[1, 1000], Gen.Double[0, 1], Gen.Enum<Backoff>(), Gen.Int[0, 100_000], Gen.Int[0, 100_000])
            .Sample((run, failures, jitter, backoff, delay, cap) =>
        {
            var policy = new RetryPolicy
            {
                Jitter = jitter,
                Backoff = backoff,
                Delay = TimeSpan.FromSeconds(delay),
                MaxDelay = TimeSpan.FromSeconds(cap)
            };
            var wait = Retries.Wait(policy, failures, run);
            var full = Retries.Wait(policy with { Jitter = 0 }, failures, run);
            Assert.Equal(wait, Retries.Wait(policy, failures, run));
            Assert.InRange(wait, full * (1 - jitter) - TimeSpan.FromTicks(1), full);
            Assert.InRange(full, TimeSpan.Zero, policy.MaxDelay);
        });

    [Fact]
    public void Wait_RunsThatFailedTogether_AreSpread()
    {
        var waits = Enumerable.Range(0, 1000)
            .Select(_ => Retries.Wait(new RetryPolicy { Jitter = 0.5 }, 1, Guid.NewGuid()).TotalMilliseconds).ToList();

        Assert.InRange(waits.Average(), 700, 800);
        Assert.True(waits.Distinct().Count() > 900);
    }

    [Fact]
    public void Wait_OfOneRun_DiffersAfterEachFailure()
    {
        var policy = new RetryPolicy { Backoff = Backoff.Constant, Delay = TimeSpan.FromMinutes(1), Jitter = 1 };

        Assert.Equal(20, Enumerable.Range(1, 20).Select(n => Retries.Wait(policy, n, Run)).Distinct().Count());
    }

    [Fact]
    public void Faults_OfAPolicy_NameEachFieldAndItsRange()
    {
        var policy = new RetryPolicy
        {
            MaxAttempts = 0,
            Delay = TimeSpan.FromSeconds(-1),
            MaxDelay = TimeSpan.FromDays(25),
            Backoff = (Backoff)7,
            Jitter = double.NaN,
            OnlyFor = [""],
            NotFor = [.. Enumerable.Repeat("E", 33)],
        };

        var faults = policy.Faults("Retry").ToList();

        Assert.Equal(
            ["Retry.MaxAttempts", "Retry.Delay", "Retry.MaxDelay", "Retry.Backoff", "Retry.Jitter", "Retry.OnlyFor", "Retry.NotFor"],
            faults.Select(f => f.Split(' ')[0]));
        Assert.Empty(RetryPolicy.Default.Faults("Retry"));
        Assert.Empty(RetryPolicy.None.Faults("Retry"));
    }

    [Fact]
    public void Json_RoundTrip_IsEqual()
    {
        var options = new TaskOptions
        {
            Retry = new RetryPolicy { OnlyFor = ["IOException"], Backoff = Backoff.Linear },
            RunTimeout = TimeSpan.FromMinutes(5),
            ExpireAfter = TimeSpan.FromHours(1)
        };

        var json = System.Text.Json.JsonSerializer.Serialize(options, TaskJson.Options);
        var read = System.Text.Json.JsonSerializer.Deserialize<TaskOptions>(json, TaskJson.Options);

        Assert.Equal(options, read);
        Assert.NotEqual(options, read! with { Retry = RetryPolicy.Default });
        Assert.Contains("\"backoff\":\"linear\"", json, StringComparison.Ordinal);
        Assert.DoesNotContain("retry", System.Text.Json.JsonSerializer.Serialize(TaskOptions.Default, TaskJson.Options),
            StringComparison.Ordinal);
    }

    private static RunOutcome Failed() =>
        new() { Status = RunStatus.Failed, FinishedAt = Now, ErrorTypes = ["System.InvalidOperationException", "System.Exception"] };
}
