using System.Text.Json.Serialization;
using OrleansTasks.Errors;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>How often, and after how long, a run whose handler failed is tried again, under the same <see cref="RunId"/>.</summary>
/// <remarks>
/// What counts is that the handler threw, or did not end within the timeout of an attempt. A silo that was lost is no failure:
/// that is the affair of <see cref="RunGuarantee"/>. Arguments that do not fit and values that cannot be sent are not tried again.
/// A handler may decide otherwise by throwing <c>DoNotRetryException</c>, <c>RetryLaterException</c> or <c>SnoozeException</c>.
/// </remarks>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RetryPolicy")]
public sealed record RetryPolicy
{
    /// <summary>Five attempts, waiting 1, 2, 4 and 8 seconds, a little less at random.</summary>
    public static RetryPolicy Default { get; } = new();

    /// <summary>No second attempt: for a run that is to be tried once although its task has a policy.</summary>
    public static RetryPolicy None { get; } = new() { MaxAttempts = 1 };

    /// <summary>How many attempts may fail, the first one included, before the run has failed. Default: 5. Range: 1 to 1,000; 1 means that nothing is tried again.</summary>
    [Id(0)]
    public int MaxAttempts { get; init; } = 5;

    /// <summary>The wait before the second attempt. Default: 1 s. Range: zero to 24 days.</summary>
    [Id(1)]
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How the wait grows from attempt to attempt. Default: <see cref="Backoff.Exponential"/>.</summary>
    [Id(2)]
    public Backoff Backoff { get; init; } = Backoff.Exponential;

    /// <summary>The longest wait. Default: 1 h. Range: zero to 24 days.</summary>
    [Id(3)]
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// By up to which part of it a wait is shortened, so that runs that failed together are not tried again together. Default: 0.1. Range: 0 to 1.
    /// The same run gets the same waits on every silo.
    /// </summary>
    [Id(4)]
    public double Jitter { get; init; } = 0.1;

    /// <summary>
    /// Names of exception types, full or without namespace, of which one must be the exception's own or that of a type it derives from. An attempt that
    /// timed out counts as <c>System.TimeoutException</c>. Default: none, which means all. At most 32, of 1 to 300 characters.
    /// </summary>
    [Id(5)]
    public IReadOnlyList<string> OnlyFor { get; init; } = [];

    /// <summary>Names of exception types, in the same way, after which nothing is tried again. They go before <see cref="OnlyFor"/>. Default: none.</summary>
    [Id(6)]
    public IReadOnlyList<string> NotFor { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(RetryPolicy? other) => other is not null
        && (MaxAttempts, Delay, Backoff, MaxDelay, Jitter) == (other.MaxAttempts, other.Delay, other.Backoff, other.MaxDelay, other.Jitter)
        && OnlyFor.SequenceEqual(other.OnlyFor) && NotFor.SequenceEqual(other.NotFor);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MaxAttempts, Delay, Backoff, MaxDelay, Jitter, OnlyFor.Count, NotFor.Count);

    internal IEnumerable<string> Faults(string name)
    {
        if (MaxAttempts is < 1 or > 1000)
        {
            yield return $"{name}.MaxAttempts is {MaxAttempts}; 1 to 1000 are allowed.";
        }

        if (OptionFaults.OfWait($"{name}.Delay", Delay) is { } delay)
        {
            yield return delay;
        }

        if (OptionFaults.OfWait($"{name}.MaxDelay", MaxDelay) is { } longest)
        {
            yield return longest;
        }

        if (!Enum.IsDefined(Backoff))
        {
            yield return $"{name}.Backoff is {(int)Backoff}, which is no Backoff.";
        }

        if (!(Jitter is >= 0 and <= 1))
        {
            yield return $"{name}.Jitter is {Jitter}; 0 to 1 are allowed.";
        }

        foreach (var fault in OptionFaults.OfTypeNames($"{name}.OnlyFor", OnlyFor).Concat(OptionFaults.OfTypeNames($"{name}.NotFor", NotFor)))
        {
            yield return fault;
        }
    }
}

/// <summary>How the wait before the next attempt grows.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<Backoff>))]
public enum Backoff
{
    /// <summary>It stays <see cref="RetryPolicy.Delay"/>.</summary>
    Constant = 0,

    /// <summary>It grows by <see cref="RetryPolicy.Delay"/> each time: 1, 2, 3, 4 seconds.</summary>
    Linear = 1,

    /// <summary>It doubles each time: 1, 2, 4, 8 seconds.</summary>
    Exponential = 2,
}
