using Microsoft.Data.Sqlite;

namespace OrleansTasks.Storage.Sqlite;

/// <summary>Distinguishes temporary errors of SQLite from errors that remain until someone fixes the cause. The class is pure.</summary>
internal static class SqliteErrors
{
    // SQLITE_CORRUPT, SQLITE_TOOBIG and SQLITE_NOTADB. A full or failing disk, a lock and missing rights are temporary, or are fixed while
    // the silo runs.
    private static readonly int[] Permanent = [11, 18, 26];

    /// <summary>Returns whether the same request would always fail again.</summary>
    public static bool IsPermanent(Exception error) => error is SqliteException sqlite && Permanent.Contains(sqlite.SqliteErrorCode);

    /// <summary>
    /// Converts the exception to a type that every client knows. Storage errors travel to callers, and a caller without the SQLite package
    /// could not deserialize the response.
    /// </summary>
    public static TaskStorageException ForOthers(SqliteStorageException error) => new(error.Message) { IsPermanent = error.IsPermanent };
}
