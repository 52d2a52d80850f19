namespace OrleansTasks;

/// <summary>
/// The exception that is thrown when the SQLite file cannot be used, or when a write to it failed and was rolled back. The message names
/// the file.
/// </summary>
[GenerateSerializer, Alias("OrleansTasks.SqliteStorageException")]
public sealed class SqliteStorageException : TaskStorageException
{
    /// <summary>Initializes a new instance of the <see cref="SqliteStorageException"/> class.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="inner">The exception of SQLite, or null if there is none.</param>
    public SqliteStorageException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
