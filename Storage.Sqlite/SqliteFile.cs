using Microsoft.Data.Sqlite;

namespace OrleansTasks.Storage.Sqlite;

/// <summary>Opens and checks the file, migrates its schema, and holds the lock that keeps a second silo out.</summary>
internal sealed class SqliteFile : IDisposable
{
    // "OrTa": distinguishes this project's files from other SQLite files.
    private const int ApplicationId = 0x4F725461;
    private const int BusyTimeoutMilliseconds = 5_000;

    // Each step migrates the file from the version of its index to the next one.
    private static readonly string[] Migrations =
    [
        """
        CREATE TABLE records (
            id INTEGER PRIMARY KEY,
            store TEXT NOT NULL,
            type TEXT NOT NULL,
            key TEXT NOT NULL,
            etag TEXT NOT NULL,
            payload BLOB NOT NULL,
            UNIQUE (store, type, key)
        ) STRICT;
        """,
    ];

    private readonly FileStream _lock;
    private readonly SqliteTasksOptions _options;

    private SqliteFile(string path, FileStream @lock, SqliteTasksOptions options)
    {
        Path = path;
        _lock = @lock;
        _options = options;
    }

    public string Path { get; }

    /// <summary>Opens the file, or creates it.</summary>
    /// <exception cref="SqliteStorageException">The file is in use, damaged, of a later version, or not a file of this library.</exception>
    public static SqliteFile Open(SqliteTasksOptions options)
    {
        var path = System.IO.Path.GetFullPath(options.Path);
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            var file = new SqliteFile(path, Lock(path), options);
            try
            {
                file.Prepare();
                return file;
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new SqliteStorageException($"The file '{path}' cannot be opened as a store of tasks: {e.Message} Check the path, and "
                + "that the program may write there.", e);
        }
    }

    public SqliteConnection Connect(bool readOnly)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            Run(connection, $"PRAGMA busy_timeout={BusyTimeoutMilliseconds};");
            if (!readOnly)
            {
                if (Ask(connection, "PRAGMA journal_mode=WAL") is not "wal" and var mode)
                {
                    throw new SqliteStorageException(
                        $"The file '{Path}' cannot have a write-ahead log (journal mode '{mode}'). Use a local disk: network file "
                            + "systems support neither the log nor the lock.");
                }

                Run(connection, $"PRAGMA synchronous={(_options.SurvivePowerLoss ? "FULL" : "NORMAL")};");
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream Lock(string path)
    {
        try
        {
            // The operating system releases the lock when the process ends, even after a crash.
            return SqliteFileGuard.OpenPrivate($"{path}.lock", FileShare.None);
        }
        catch (IOException e)
        {
            throw new SqliteStorageException($"The file '{path}' is in use by another silo, or its lock cannot be created. Only one silo "
                + $"can use the file; stop the other one, or use another path. {e.Message}", e);
        }
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static object? Ask(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private void Prepare()
    {
        if (File.Exists(Path) && new FileInfo(Path).Length > 0)
        {
            // Check first, because the file may belong to another program and must then stay unchanged.
            using var look = Connect(readOnly: true);
            if ((long)Ask(look, "PRAGMA application_id")! is not ApplicationId and var id)
            {
                throw new SqliteStorageException($"The file '{Path}' is a SQLite file of another application (application id {id}). It is "
                    + "not changed. Use another path.");
            }
        }

        SqliteFileGuard.MakePrivate(Path);
        using var connection = Connect(readOnly: false);
        if (_options.CheckOnOpen && Ask(connection, "PRAGMA quick_check(1)") is not "ok" and var fault)
        {
            throw new SqliteStorageException($"The file '{Path}' is damaged: {fault} Restore a backup, or move the file away to start "
                + "again.");
        }

        var version = (long)Ask(connection, "PRAGMA user_version")!;
        if (version > Migrations.Length)
        {
            throw new SqliteStorageException($"The file '{Path}' was written by a later version of OrleansTasks (format {version}; this "
                + $"one knows {Migrations.Length}). Run the later version.");
        }

        for (; version < Migrations.Length; version++)
        {
            Run(connection,
                $"BEGIN IMMEDIATE; {Migrations[version]} PRAGMA application_id={ApplicationId}; PRAGMA user_version={version + 1}; "
                    + "COMMIT;");
        }
    }
}
