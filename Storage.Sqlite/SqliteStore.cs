using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using OrleansTasks.Storage.Sqlite;

namespace OrleansTasks;

/// <summary>Represents the SQLite file in which this silo keeps its tasks, for the host's own code.</summary>
public sealed class SqliteStore : IDisposable
{
    private readonly ConcurrentBag<SqliteConnection> _idle = [];
    private readonly SemaphoreSlim _readers;
    private readonly Lazy<(SqliteFile File, SqliteWriter Writer)> _open;
    private volatile bool _disposed;

    /// <summary>
    /// Initializes a new instance of the <see cref="SqliteStore"/> class. The container calls it; see <c>UseSqliteTasks</c>.
    /// </summary>
    /// <param name="options">The settings.</param>
    public SqliteStore(IOptions<SqliteTasksOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _readers = new SemaphoreSlim(options.Value.Readers);
        _open = new(() =>
        {
            var file = SqliteFile.Open(options.Value);
            try
            {
                return (file, new SqliteWriter(file));
            }
            catch
            {
                file.Dispose();
                throw;
            }
        });
    }

    /// <summary>Copies the file while it is in use. The copy has the state of one moment.</summary>
    /// <param name="path">The path of the copy. The file must not exist.</param>
    /// <param name="ct">A token that cancels the wait. The copy may continue.</param>
    /// <returns>A task that completes when the copy is complete.</returns>
    /// <exception cref="IOException">The file exists.</exception>
    /// <exception cref="SqliteStorageException">The copy failed.</exception>
    public Task BackupAsync(string path, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (File.Exists(path))
        {
            throw new IOException($"The file '{path}' exists, and a backup does not replace it. Move it away, or use another path.");
        }

        return ReadAsync(
            connection =>
            {
                // SQLite writes into the empty file and keeps its mode.
                SqliteFileGuard.MakePrivate(path);
                using var copy = connection.CreateCommand();
                copy.CommandText = "VACUUM INTO $path";
                copy.Parameters.AddWithValue("$path", path);
                return copy.ExecuteNonQuery();
            }).WaitAsync(ct);
    }

    /// <summary>Completes pending writes and closes the file.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_open.IsValueCreated)
        {
            // Close the writer last. It moves the write-ahead log into the file, which a read-only connection cannot do.
            while (_idle.TryTake(out var connection))
            {
                connection.Dispose();
            }

            _open.Value.Writer.Dispose();
            _open.Value.File.Dispose();
        }
    }

    /// <summary>
    /// Opens the file. The silo calls it at its start; a program may call it before, to report early why it cannot start.
    /// </summary>
    /// <exception cref="SqliteStorageException">The file is in use, damaged, of a later version, or not a store of tasks.</exception>
    public void Open() => _ = _open.Value;

    internal Task<bool> WriteAsync(SqliteWrite write) => _open.Value.Writer.WriteAsync(write);

    internal Task<(string ETag, byte[] Payload)?> ReadAsync(string store, string type, string key) =>
        ReadAsync<(string, byte[])?>(connection =>
    {
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT etag, payload FROM records WHERE store = $store AND type = $type AND key = $key";
        select.Parameters.AddWithValue("$store", store);
        select.Parameters.AddWithValue("$type", type);
        select.Parameters.AddWithValue("$key", key);
        using var reader = select.ExecuteReader();
        return reader.Read() ? (reader.GetString(0), (byte[])reader.GetValue(1)) : null;
    });

    /// <summary>Reads on another thread than those of the grains, because Microsoft.Data.Sqlite blocks.</summary>
    private async Task<T> ReadAsync<T>(Func<SqliteConnection, T> read)
    {
        var file = _open.Value.File;
        await _readers.WaitAsync().ConfigureAwait(false);
        try
        {
            return await Task.Run(() =>
            {
                if (!_idle.TryTake(out var connection))
                {
                    connection = file.Connect(readOnly: true);
                }

                var kept = false;
                try
                {
                    var result = read(connection);
                    kept = !_disposed;
                    return result;
                }
                finally
                {
                    if (kept)
                    {
                        _idle.Add(connection);
                    }
                    else
                    {
                        connection.Dispose();
                    }
                }
            }).ConfigureAwait(false);
        }
        catch (SqliteException e)
        {
            throw new SqliteStorageException($"The file '{file.Path}' could not be read: {e.Message} Check the disk and the "
                + "file.", e)
            {
                IsPermanent = SqliteErrors.IsPermanent(e),
            };
        }
        finally
        {
            _readers.Release();
        }
    }
}
