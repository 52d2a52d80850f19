using System.IO.Hashing;
using OrleansTasks.Clocks;
using OrleansTasks.Runs;

namespace OrleansTasks.Policies;

/// <summary>Decides, from the outcome of an attempt and the policy, on the next attempt. Pure.</summary>
internal static class Retries
{
    /// <summary>Describes another attempt.</summary>
    /// <param name="At">When it starts.</param>
    /// <param name="Failures">The number of failed attempts before it.</param>
    public readonly record struct Next(DateTimeOffset At, int Failures);

    /// <summary>Returns the next attempt, or null if the run ends with this one.</summary>
    /// <param name="policy">The run's policy. Null: the run is retried only if the handler requests it.</param>
    /// <param name="outcome">The outcome of the attempt.</param>
    /// <param name="failures">The number of attempts that failed before it.</param>
    /// <param name="run">The run's id, from which the jitter is derived.</param>
    /// <param name="deadline">When the run must have ended, or null if there is no such instant.</param>
    public static Next? After(RetryPolicy? policy, RunOutcome outcome, int failures, Guid run, DateTimeOffset? deadline)
    {
        var next = outcome switch
        {
            { Status: not (RunStatus.Failed or RunStatus.TimedOut) } => null,
            { Steering: Steering.Never } => null,
            { Steering: Steering.Snooze } => new Next(Asked(outcome), failures),
            { Steering: Steering.Later } => Failed(policy ?? RetryPolicy.Default, _ => Asked(outcome)),
            _ when policy is null || !Covers(policy, outcome) => null,
            _ => Failed(policy, p => Times.Later(outcome.FinishedAt, Wait(p, failures + 1, run))!.Value),
        };
        return next?.At >= deadline ? null : next;

        Next? Failed(RetryPolicy limit, Func<RetryPolicy, DateTimeOffset> at) =>
            failures + 1 < limit.MaxAttempts ? new Next(at(limit), failures + 1) : null;
    }

    /// <summary>Returns the wait after a number of failures, from 1.</summary>
    public static TimeSpan Wait(RetryPolicy policy, int failures, Guid run)
    {
        var factor = policy.Backoff switch
        {
            Backoff.Linear => failures,
            Backoff.Exponential => Math.Pow(2, failures - 1),
            _ => 1,
        };
        var wait = Math.Min(policy.Delay.Ticks * factor, policy.MaxDelay.Ticks);
        return TimeSpan.FromTicks((long)(wait * (1 - (policy.Jitter * Fraction(run, failures)))));
    }

    /// <summary>Decides whether the policy applies to the outcome of an attempt.</summary>
    public static bool Covers(RetryPolicy policy, RunOutcome outcome)
    {
        var types = outcome.Status == RunStatus.TimedOut ? [typeof(TimeoutException).FullName!] : outcome.ErrorTypes;
        return !types.Any(t => IsAmong(t, policy.NotFor)) && (policy.OnlyFor.Count == 0 || types.Any(t => IsAmong(t, policy.OnlyFor)));
    }

    private static bool IsAmong(string type, IReadOnlyList<string> names) =>
        names.Any(
            n => type == n
                || (type.Length > n.Length && type.EndsWith(n, StringComparison.Ordinal) && type[^(n.Length + 1)] is '.' or '+'));

    private static DateTimeOffset Asked(RunOutcome outcome) =>
        outcome.AgainAt is { } at && at > outcome.FinishedAt ? at : outcome.FinishedAt;

    /// <summary>Returns a value from 0 up to, but not including, 1. It is the same everywhere for the same run and number.</summary>
    private static double Fraction(Guid run, int failures)
    {
        Span<byte> bytes = stackalloc byte[20];
        run.TryWriteBytes(bytes);
        BitConverter.TryWriteBytes(bytes[16..], failures);
        return (XxHash64.HashToUInt64(bytes) >> 11) * (1.0 / (1UL << 53));
    }
}
