using Microsoft.Data.Sqlite;

namespace OrleansTasks.Storage.Sqlite;

/// <summary>Tells errors of SQLite that pass from those that stay until somebody does something. Pure.</summary>
internal static class SqliteErrors
{
    // SQLITE_CORRUPT, SQLITE_TOOBIG and SQLITE_NOTADB. A disk that is full or fails, a lock and missing rights pass, or are mended while the silo runs.
    private static readonly int[] Permanent = [11, 18, 26];

    /// <summary>Whether the same request would fail again, however often it is made.</summary>
    public static bool IsPermanent(Exception error) => error is SqliteException sqlite && Permanent.Contains(sqlite.SqliteErrorCode);

    /// <summary>Says the same in a type that every client knows: errors of storage travel to those who asked, and who has no part of SQLite could not read the answer at all.</summary>
    public static TaskStorageException ForOthers(SqliteStorageException error) => new(error.Message) { IsPermanent = error.IsPermanent };
}
