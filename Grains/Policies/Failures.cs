using System.Text.Json;
using Orleans.Serialization;
using OrleansTasks.Client.Links;

namespace OrleansTasks.Policies;

/// <summary>
/// Tells permanent failures from passing ones, for everything that is repeated. The same call fails again after a permanent one, however often it is
/// made: it is never repeated. What is not known counts as passing, because storage providers throw their drivers' own exceptions. Pure.
/// </summary>
internal static class Failures
{
    /// <summary>Whether the same call would fail again.</summary>
    /// <param name="failure">The failure.</param>
    /// <returns>True if repeating the call is of no use.</returns>
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
