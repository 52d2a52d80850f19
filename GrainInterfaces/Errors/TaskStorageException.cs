namespace OrleansTasks;

/// <summary>
/// The exception that is thrown when the storage or the membership table of tasks cannot be used: it does not exist, has the wrong content,
/// or a write to it failed. The message names the storage and says what to do.
/// </summary>
/// <remarks>The library's storage providers throw it when a silo starts and when a write fails.</remarks>
[GenerateSerializer, Alias("OrleansTasks.TaskStorageException")]
public class TaskStorageException : TaskException
{
    /// <summary>Initializes a new instance of the <see cref="TaskStorageException"/> class.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="inner">The database's exception, if there is one.</param>
    public TaskStorageException(string message, Exception? inner = null)
        : base(null, message, inner)
    {
    }

    /// <summary>
    /// Gets a value indicating whether the same request fails each time until somebody repairs the cause, such as a damaged or replaced
    /// file. A full disk is not permanent. Default: false.
    /// </summary>
    [Id(0)]
    public bool IsPermanent { get; init; }
}
