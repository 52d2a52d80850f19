using System.Text.Json;
using Orleans.Serialization;
using OrleansTasks.Client.Links;

namespace OrleansTasks.Policies;

/// <summary>
/// Distinguishes permanent failures from transient ones, for everything that is retried. After a permanent failure the same call always
/// fails again, so it is never retried. Unknown failures count as transient, because storage providers throw their drivers' own exceptions.
/// Pure.
/// </summary>
internal static class Failures
{
    /// <summary>Decides whether the same call would fail again.</summary>
    /// <param name="failure">The failure.</param>
    /// <returns>True if a retry is useless.</returns>
    public static bool IsPermanent(Exception failure) => failure switch
    {
        _ when ClusterCalls.IsTransient(failure) => false,
        AggregateException { InnerExceptions: { Count: > 0 } inner } => inner.All(IsPermanent),
        TaskException task => Followers.IsRefused(task),
        JsonException or InvalidDataException or SerializerException => true,
        ArgumentException or NotSupportedException or FormatException or OverflowException => true,
        NullReferenceException or InvalidCastException or IndexOutOfRangeException or KeyNotFoundException => true,
        _ => false,
    };
}
