using System.Text.Json.Serialization;
using OrleansTasks.Errors;
using OrleansTasks.Text;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>
/// Defines how often, and after which waits, a run is retried whose handler failed. All attempts have the same <see cref="RunId"/>.
/// </summary>
/// <remarks>
/// An attempt fails if the handler throws or does not end within the attempt's timeout. The loss of a silo is not a failure;
/// <see cref="RunGuarantee"/> handles it. Arguments that do not match and values that cannot be sent are not retried. A handler can
/// override the policy by throwing <c>DoNotRetryException</c>, <c>RetryLaterException</c> or <c>SnoozeException</c>.
/// </remarks>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RetryPolicy")]
public sealed record RetryPolicy
{
    /// <summary>Gets the default policy: five attempts, with waits of 1, 2, 4 and 8 seconds, shortened slightly at random.</summary>
    public static RetryPolicy Default { get; } = new();

    /// <summary>Gets the policy without a second attempt. It overrides the task's policy for one run.</summary>
    public static RetryPolicy None { get; } = new() { MaxAttempts = 1 };

    /// <summary>Gets the maximum number of attempts, including the first one. Default: 5. Range: 1 to 1,000; 1 means no retry.</summary>
    [Id(0)]
    public int MaxAttempts { get; init; } = 5;

    /// <summary>Gets the wait before the second attempt. Default: 1 s. Range: zero to 24 days.</summary>
    [Id(1)]
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets how the wait grows from attempt to attempt. Default: <see cref="Backoff.Exponential"/>.</summary>
    [Id(2)]
    public Backoff Backoff { get; init; } = Backoff.Exponential;

    /// <summary>Gets the maximum wait. Default: 1 h. Range: zero to 24 days.</summary>
    [Id(3)]
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Gets the largest fraction by which a wait is shortened, so that runs that failed together are not retried together. Default: 0.1.
    /// Range: 0 to 1. The same run has the same waits on every silo.
    /// </summary>
    [Id(4)]
    public double Jitter { get; init; } = 0.1;

    /// <summary>
    /// Gets the names of the exception types that are retried, with or without namespace. Derived types match too. A timed-out attempt
    /// counts as <c>System.TimeoutException</c>. Default: empty, for all. Range: at most 32 names of 1 to 300 characters.
    /// </summary>
    [Id(5)]
    public IReadOnlyList<string> OnlyFor { get; init; } = [];

    /// <summary>
    /// Gets the names of the exception types that are not retried, in the same form. They take precedence over <see cref="OnlyFor"/>.
    /// Default: empty.
    /// </summary>
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
            yield return EnumText.Fault($"{name}.Backoff", Backoff);
        }

        if (!(Jitter is >= 0 and <= 1))
        {
            yield return $"{name}.Jitter is {Jitter}; 0 to 1 are allowed.";
        }

        foreach (var fault in OptionFaults.OfTypeNames($"{name}.OnlyFor", OnlyFor)
            .Concat(OptionFaults.OfTypeNames($"{name}.NotFor", NotFor)))
        {
            yield return fault;
        }
    }
}

/// <summary>Defines how the wait before the next attempt grows.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<Backoff>))]
public enum Backoff
{
    /// <summary>Keeps the wait at <see cref="RetryPolicy.Delay"/>.</summary>
    Constant = 0,

    /// <summary>Increases the wait by <see cref="RetryPolicy.Delay"/> each time: 1, 2, 3, 4 seconds.</summary>
    Linear = 1,

    /// <summary>Doubles the wait each time: 1, 2, 4, 8 seconds.</summary>
    Exponential = 2,
}
