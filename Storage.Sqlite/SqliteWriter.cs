using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace OrleansTasks.Storage.Sqlite;

/// <summary>Writes through a single connection on its own thread. It commits all waiting changes together.</summary>
internal sealed class SqliteWriter : IDisposable
{
    private const int BatchCount = 1_000;
    private const int BatchBytes = 8 << 20;
    private readonly BlockingCollection<SqliteWrite> _queue = [];
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly SqliteCommand _rollback;
    private readonly SqliteCommand _takeIn;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _update;
    private readonly SqliteCommand _delete;
    private readonly string _path;
    private readonly FileInfo _log;
    private readonly Thread _thread;
    private long _logLength;

    public SqliteWriter(SqliteFile file)
    {
        _path = file.Path;
        _log = new FileInfo(_path + "-wal");
        _connection = file.Connect(readOnly: false);
        _begin = Command("BEGIN IMMEDIATE");
        _commit = Command("COMMIT");
        _rollback = Command("ROLLBACK");
        _takeIn = Command("PRAGMA wal_checkpoint(PASSIVE)");
        _insert =
            Command(
                "INSERT INTO records (store, type, key, etag, payload) VALUES ($store, $type, $key, $new, $payload) ON CONFLICT DO NOTHING",
                "$new", "$payload");
        _update =
            Command(
                "UPDATE records SET etag = $new, payload = $payload WHERE store = $store AND type = $type AND key = $key AND etag = $old",
                "$new", "$payload", "$old");
        _delete = Command("DELETE FROM records WHERE store = $store AND type = $type AND key = $key AND etag = $old", "$old");
        _thread = new Thread(Work) { IsBackground = true, Name = "OrleansTasks SQLite writer" };
        _thread.Start();
    }

    /// <summary>Changes a record.</summary>
    /// <returns>False if the record does not have the expected ETag. In that case nothing is changed.</returns>
    /// <exception cref="SqliteStorageException">Nothing was written.</exception>
    public Task<bool> WriteAsync(SqliteWrite write)
    {
        try
        {
            _queue.Add(write);
            return write.Done.Task;
        }
        catch (InvalidOperationException e)
        {
            throw new SqliteStorageException($"The file '{_path}' is closed, because its silo stops. Repeat the call on another silo, "
                + "or when it runs again.", e);
        }
    }

    /// <summary>Writes all waiting changes and closes the connection.</summary>
    public void Dispose()
    {
        if (_queue.IsAddingCompleted)
        {
            return;
        }

        _queue.CompleteAdding();
        _thread.Join();
        foreach (var command in new[] { _begin, _commit, _rollback, _takeIn, _insert, _update, _delete })
        {
            command.Dispose();
        }

        _connection.Dispose();
        _queue.Dispose();
    }

    private SqliteCommand Command(string sql, params string[] further)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in sql.Contains("$store", StringComparison.Ordinal) ? ["$store", "$type", "$key", .. further] : further)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        return command;
    }

    private void Work()
    {
        var batch = new List<SqliteWrite>();
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            batch.Clear();
            batch.Add(first);
            for (var bytes = first.Payload?.Length ?? 0; batch.Count < BatchCount && bytes < BatchBytes
                && _queue.TryTake(out var next); bytes += next.Payload?.Length ?? 0)
            {
                batch.Add(next);
            }

            Commit(batch);
        }
    }

    private void Commit(List<SqliteWrite> batch)
    {
        var begun = false;
        try
        {
            if (SqliteFileGuard.HasMoved(_connection))
            {
                throw new IOException("it was deleted, moved or replaced while the silo has it open. Nothing more is written, because it "
                    + "would be lost. Put the file back, or restart the silo to start with the file that is there.");
            }

            _begin.ExecuteNonQuery();
            begun = true;
            if (LengthOfLog() < _logLength)
            {
                throw new LogLostException(
                    "its write-ahead log, the file '-wal' beside it, was deleted or replaced while the silo has it open. Nothing more "
                        + "is written, because it would be lost. Restart the silo.");
            }

            var done = batch.ConvertAll(Apply);
            _commit.ExecuteNonQuery();
            _logLength = LengthOfLog();
            for (var i = 0; i < batch.Count; i++)
            {
                batch[i].Done.TrySetResult(done[i]);
            }
        }
        catch (Exception e)
        {
            // The thread must survive every exception. The callers receive it.
            if (begun)
            {
                Undo();
            }

            if (e is LogLostException && TakeInLog() == 0)
            {
                // Another process has moved the log into the file and emptied it, as a backup or an administrator can. Nothing is missing.
                _logLength = LengthOfLog();
                Commit(batch);
                return;
            }

            var failure = new SqliteStorageException($"The file '{_path}' could not be written: {e.Message} Check the disk and the "
                + "file.", e)
            {
                IsPermanent = SqliteErrors.IsPermanent(e),
            };
            foreach (var write in batch)
            {
                write.Done.TrySetException(failure);
            }
        }
    }

    /// <summary>
    /// Returns the length of the log. The log exists after the first write, and becomes shorter only if another process moves it into the
    /// file.
    /// </summary>
    private long LengthOfLog()
    {
        _log.Refresh();
        return _log.Exists ? _log.Length : 0;
    }

    private bool Apply(SqliteWrite write)
    {
        var command = write.Payload is null ? _delete : write.ETag is null ? _insert : _update;
        command.Parameters["$store"].Value = write.Store;
        command.Parameters["$type"].Value = write.Type;
        command.Parameters["$key"].Value = write.Key;
        if (command != _insert)
        {
            command.Parameters["$old"].Value = write.ETag;
        }

        if (write.Payload is not null)
        {
            command.Parameters["$new"].Value = write.NewETag;
            command.Parameters["$payload"].Value = write.Payload;
        }

        return command.ExecuteNonQuery() == 1;
    }

    /// <summary>
    /// Moves acknowledged changes from the log into the file while this connection has the log open. It may be the last connection that can
    /// read the log.
    /// </summary>
    /// <returns>The number of pages in the log, or null if it is unknown.</returns>
    private long? TakeInLog()
    {
        try
        {
            using var answer = _takeIn.ExecuteReader();
            return answer.Read() ? answer.GetInt64(1) : null;
        }
        catch (SqliteException)
        {
            // Each further write tries again.
            return null;
        }
    }

    private void Undo()
    {
        try
        {
            _rollback.ExecuteNonQuery();
        }
        catch (SqliteException)
        {
            // SQLite has already rolled back.
        }
    }

    private sealed class LogLostException(string message) : IOException(message);
}
