using System.Data.Common;
using System.Text.Json;
using Orleans.Serialization;
using OrleansTasks.Client.Links;

namespace OrleansTasks.Storage;

/// <summary>Tells permanent errors of storage, which are never tried again, from passing ones.</summary>
internal static class StorageErrors
{
    // Classes of SQLSTATE in which the same statement fails again: data errors, missing or wrong objects and rights, program limits.
    private static readonly string[] PermanentStates = ["22", "42", "54"];

    /// <summary>Asks storage for what somebody waits for: one who is told that it does not answer now asks again, and is not told in words of the storage's own.</summary>
    /// <param name="request">Asks it.</param>
    /// <param name="what">What for.</param>
    /// <exception cref="PartitionMovedException">It does not answer now.</exception>
    public static async Task AnswerAsync(Func<Task> request, string what)
    {
        try
        {
            await request();
        }
        catch (Exception e) when (!IsPermanent(e) && !ClusterCalls.IsTransient(e))
        {
            throw Away(what, e);
        }
    }

    /// <summary>What those are told who wait for storage. What a database throws is not sent to others: they may not know its type.</summary>
    /// <param name="what">What storage was asked for.</param>
    /// <param name="error">What it said.</param>
    public static PartitionMovedException Away(string what, Exception error) =>
        new($"Storage does not answer for {what} now: {error.Message}") { StorageFails = true };

    /// <summary>Whether the same request would fail again, however often it is made.</summary>
    public static bool IsPermanent(Exception error) => error switch
    {
        PartitionStorageException storage => storage.IsPermanent,
        TaskStorageException storage => storage.IsPermanent,
        PayloadTooLargeException => true,
        SerializerException or JsonException or InvalidDataException or FormatException or NotSupportedException or ArgumentException or InvalidCastException => true,
        DbException { SqlState: { Length: 5 } state } => PermanentStates.Contains(state[..2]),
        AggregateException all => all.InnerExceptions.Count > 0 && all.InnerExceptions.All(IsPermanent),

        // Orleans wraps what a provider throws. Others' inner errors are causes, and say little about a repetition.
        OrleansException { InnerException: { } inner } => IsPermanent(inner),
        _ => false,
    };
}
