using System.Data.Common;
using System.Text.Json;
using Orleans.Serialization;
using OrleansTasks.Client.Links;

namespace OrleansTasks.Storage;

/// <summary>Distinguishes permanent errors of storage, which are never retried, from transient ones.</summary>
internal static class StorageErrors
{
    // The classes of SQLSTATE in which the same statement fails again: data errors, missing or wrong objects and rights, program limits.
    private static readonly string[] PermanentStates = ["22", "42", "54"];

    /// <summary>
    /// Makes a request to storage for a caller that waits for it. If storage does not answer now, the caller gets an exception that makes
    /// it ask again. The exception does not contain types of the storage provider.
    /// </summary>
    /// <param name="request">Makes the request.</param>
    /// <param name="what">What the request is for.</param>
    /// <exception cref="PartitionMovedException">Storage does not answer now.</exception>
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

    /// <summary>
    /// Returns the exception for callers that wait for storage. A database's own exception is not sent to other processes, because they may
    /// not know its type.
    /// </summary>
    /// <param name="what">What storage was asked for.</param>
    /// <param name="error">The error of storage.</param>
    public static PartitionMovedException Away(string what, Exception error) =>
        new($"Storage does not answer for {what} now. Check it, and repeat the call. {error.Message}") { StorageFails = true };

    /// <summary>Decides whether the same request would always fail again.</summary>
    public static bool IsPermanent(Exception error) => error switch
    {
        PartitionStorageException storage => storage.IsPermanent,
        TaskStorageException storage => storage.IsPermanent,
        PayloadTooLargeException => true,
        SerializerException or JsonException or InvalidDataException or FormatException or NotSupportedException or ArgumentException
            or InvalidCastException => true,
        DbException { SqlState: { Length: 5 } state } => PermanentStates.Contains(state[..2]),
        AggregateException all => all.InnerExceptions.Count > 0 && all.InnerExceptions.All(IsPermanent),

        // Orleans wraps the exceptions of a provider. The inner exceptions of others are causes, and say little about whether a retry
        // helps.
        OrleansException { InnerException: { } inner } => IsPermanent(inner),
        _ => false,
    };
}
