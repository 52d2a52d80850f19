namespace OrleansTasks;

/// <summary>The SQLite file cannot be used, or a write to it failed and was undone. The message names the file.</summary>
[GenerateSerializer, Alias("OrleansTasks.SqliteStorageException")]
public sealed class SqliteStorageException : TaskStorageException
{
    /// <summary>Makes an error.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="inner">The error of SQLite, if there is one.</param>
    public SqliteStorageException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
