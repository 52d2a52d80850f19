namespace OrleansTasks;

/// <summary>
/// The storage or the membership table of tasks cannot be used: it is not there, is not what it should be, or a write to it failed. The message
/// names it, and says what to do.
/// </summary>
/// <remarks>Thrown by the storages that come with this library when a silo starts, and by a write that failed.</remarks>
[GenerateSerializer, Alias("OrleansTasks.TaskStorageException")]
public class TaskStorageException : TaskException
{
    /// <summary>Makes an error.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="inner">The error of the database, if there is one.</param>
    public TaskStorageException(string message, Exception? inner = null)
        : base(null, message, inner)
    {
    }

    /// <summary>
    /// Whether the same request would fail again, however often it is made, until somebody mends the cause: a damaged or replaced file, for example. A full
    /// disk is not permanent. Default: false.
    /// </summary>
    [Id(0)]
    public bool IsPermanent { get; init; }
}
