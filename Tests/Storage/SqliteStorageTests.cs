using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using OrleansTasks.Storage.Sqlite;
using Xunit;

namespace OrleansTasks.Tests.Storage;

public sealed class SqliteStorageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ot-sqlite-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "tasks.db");

    private static GrainId Id(string key) => GrainId.Create("kind", key);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Write_ReadAndClear_KeepRecordsAndTags()
    {
        using var store = Open();
        var storage = Storage(store);
        var state = await ReadAsync(storage, "a");
        Assert.False(state.RecordExists);

        state.State = new Note { Value = "one" };
        await storage.WriteStateAsync("s", Id("a"), state);
        var first = state.ETag;
        state.State!.Value = "two";
        await storage.WriteStateAsync("s", Id("a"), state);
        Assert.NotEqual(first, state.ETag);

        var read = await ReadAsync(storage, "a");
        Assert.Equal(("two", state.ETag, true), (read.State!.Value, read.ETag, read.RecordExists));
        Assert.False((await ReadAsync(storage, "a", "other")).RecordExists);
        await storage.ClearStateAsync("s", Id("a"), read);
        Assert.False((await ReadAsync(storage, "a")).RecordExists);

        // A new record with the same name does not have the old tag.
        await storage.WriteStateAsync("s", Id("a"), read);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("s", Id("a"), state));
    }

    [Fact]
    public async Task Open_NewOrReadableByAll_RestrictsTheFilesToTheirOwner()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no modes of files.");
            return;
        }

        using (var store = Open())
        {
            await WriteOneAsync(Storage(store), "a");
            await store.BackupAsync(Path + ".backup", TestContext.Current.CancellationToken);
            AssertPrivate();
            Assert.Equal(5, Directory.GetFiles(_folder).Length);
        }

        File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        using var again = Open();
        await WriteOneAsync(Storage(again), "b");

        AssertPrivate();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Write_FileDeletedOrReplaced_IsRejectedWithTheReason(bool replaced)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not delete a file that is open.");
        using var store = Open();
        var storage = Storage(store);
        await WriteOneAsync(storage, "a");

        File.Delete(Path);
        if (replaced)
        {
            await File.WriteAllBytesAsync(Path, [], TestContext.Current.CancellationToken);
        }

        // The exception type belongs to the engine, so that code without a reference to the SQLite package can catch it.
        var e = await Assert.ThrowsAsync<TaskStorageException>(() => WriteOneAsync(storage, "b"));

        Assert.Contains("deleted, moved or replaced", e.Message, StringComparison.Ordinal);
        Assert.Contains(Path, e.Message, StringComparison.Ordinal);
    }

    // Once the process ends, no file has the content of the deleted log.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Write_LogDeletedOrReplaced_IsRejectedAndLosesNothing(bool replaced)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not delete a file that is open.");
        using var store = Open();
        var storage = Storage(store);
        await WriteOneAsync(storage, "a");
        await WriteOneAsync(storage, "b");

        File.Delete(Path + "-wal");
        if (replaced)
        {
            await File.WriteAllBytesAsync(Path + "-wal", [], TestContext.Current.CancellationToken);
        }

        var e = await Assert.ThrowsAsync<TaskStorageException>(() => WriteOneAsync(storage, "c"));
        await Assert.ThrowsAsync<TaskStorageException>(() => WriteOneAsync(storage, "d"));

        Assert.Contains("write-ahead log", e.Message, StringComparison.Ordinal);

        // Read the database file alone, as after the loss of the process.
        var left = System.IO.Path.Combine(_folder, "left", "tasks.db");
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(left)!);
        File.Copy(Path, left);
        using var again = new SqliteStore(Microsoft.Extensions.Options.Options.Create(new SqliteTasksOptions { Path = left }));
        var found = await Task.WhenAll(new[] { "a", "b", "c" }.Select(async key => (await ReadAsync(Storage(again), key)).RecordExists));
        Assert.Equal([true, true, false], found);
    }

    /// <summary>A backup, or a person who opens the file, may move the log's content into the database file.</summary>
    [Fact]
    public async Task Write_LogEmptiedByAnotherProcess_Continues()
    {
        using var store = Open();
        var storage = Storage(store);
        await WriteOneAsync(storage, "a");
        await using (var other = new SqliteConnection($"Data Source={Path};Pooling=False"))
        {
            await other.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = other.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, new FileInfo(Path + "-wal").Length);
        await WriteOneAsync(storage, "b");
        await WriteOneAsync(storage, "c");
        foreach (var key in new[] { "a", "b", "c" })
        {
            Assert.True((await ReadAsync(storage, key)).RecordExists);
        }
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private void AssertPrivate() =>
        Assert.All(Directory.GetFiles(_folder), f => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(f)));

    private static async Task WriteOneAsync(SqliteGrainStorage storage, string key)
    {
        var state = await ReadAsync(storage, key);
        state.State = new Note { Value = "one" };
        await storage.WriteStateAsync("s", Id(key), state);
    }

    [Fact]
    public async Task Write_OldTagInACommit_IsRejectedWithoutAffectingTheRest()
    {
        using var store = Open();
        var storage = Storage(store);
        var owners = await Task.WhenAll(Enumerable.Range(0, 20).Select(async n =>
        {
            var state = await ReadAsync(storage, "same");
            state.State = new Note { Value = $"{n}" };
            var others = await ReadAsync(storage, $"own-{n}");
            others.State = new Note { Value = "mine" };
            return (state, others);
        }));

        var outcomes =
            await Task.WhenAll(
                owners.SelectMany(
                    o => new[]
                    {
                        TryAsync(() => storage.WriteStateAsync("s", Id("same"), o.state)),
                        TryAsync(() => storage.WriteStateAsync("s", Id($"own-{o.state.State!.Value}"), o.others))
                    }));

        Assert.Equal(19, outcomes.Count(o => o is InconsistentStateException));
        Assert.Equal(21, outcomes.Count(o => o is null));
        Assert.Equal("mine", (await ReadAsync(storage, "own-7")).State!.Value);
    }

    [Fact]
    public async Task Reopen_AfterManyConcurrentWrites_HasAllOfThem()
    {
        using (var store = Open())
        {
            var storage = Storage(store);
            await Task.WhenAll(
                Enumerable.Range(0, 2_000)
                    .Select(n => storage.WriteStateAsync("s", Id($"{n}"), new GrainState<Note>(new Note { Value = $"v{n}" }))));
        }

        using var again = Open();
        var states = await Task.WhenAll(Enumerable.Range(0, 2_000).Select(n => ReadAsync(Storage(again), $"{n}")));
        Assert.Equal(Enumerable.Range(0, 2_000).Select(n => $"v{n}"), states.Select(s => s.State!.Value));
    }

    [Fact]
    public void Open_FileInUse_ReportsIt()
    {
        using var store = Open();
        Assert.Contains("in use by another silo", Assert.Throws<SqliteStorageException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FileOfAnotherProgram_DoesNotChangeIt()
    {
        Execute("CREATE TABLE theirs (x)");
        var before = File.ReadAllBytes(Path);

        Assert.Contains("another application", Assert.Throws<SqliteStorageException>(() => Open()).Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Path));
    }

    [Fact]
    public void Open_NotADatabase_ReportsIt()
    {
        File.WriteAllText(Path, new string('x', 5_000));
        var failure = Assert.Throws<SqliteStorageException>(() => Open());
        Assert.Contains(Path, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_LaterFormat_ReportsIt()
    {
        Open().Dispose();
        Execute("PRAGMA user_version=99");
        Assert.Contains("later version", Assert.Throws<SqliteStorageException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_DamagedFile_ReportsIt()
    {
        using (var store = Open())
        {
            var storage = Storage(store);
            await Task.WhenAll(
                Enumerable.Range(0, 500)
                    .Select(
                        n => storage.WriteStateAsync("s", Id($"{n}"), new GrainState<Note>(new Note { Value = new string('v', 500) }))));
        }

        using (var file = File.OpenWrite(Path))
        {
            file.Position = 3 * 4096;
            file.Write(new byte[20 * 4096]);
        }

        Assert.Contains("damaged", Assert.Throws<SqliteStorageException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_Always_LeavesOneCompleteFile()
    {
        using (var store = Open())
        {
            var storage = Storage(store);
            await Task.WhenAll(
                Enumerable.Range(0, 100)
                    .Select(n => storage.WriteStateAsync("s", Id($"{n}"), new GrainState<Note>(new Note { Value = $"v{n}" }))));
            await Task.WhenAll(Enumerable.Range(0, 100).Select(n => ReadAsync(storage, $"{n}")));
        }

        Assert.DoesNotContain(Directory.GetFiles(_folder), f => f.EndsWith("-wal", StringComparison.Ordinal));
        var copy = System.IO.Path.Combine(_folder, "copy.db");
        File.Copy(Path, copy);
        using var copied = Open(copy);
        Assert.Equal("v99", (await ReadAsync(Storage(copied), "99")).State!.Value);
    }

    [Fact]
    public async Task BackupAsync_DuringWrites_CreatesACompleteFile()
    {
        var copy = System.IO.Path.Combine(_folder, "copy.db");
        using (var store = Open())
        {
            var storage = Storage(store);
            await storage.WriteStateAsync("s", Id("a"), new GrainState<Note>(new Note { Value = "kept" }));
            var writes =
                Task.WhenAll(
                    Enumerable.Range(0, 1_000)
                        .Select(n => storage.WriteStateAsync("s", Id($"{n}"), new GrainState<Note>(new Note { Value = "x" }))));
            await store.BackupAsync(copy, TestContext.Current.CancellationToken);
            await writes;
            await Assert.ThrowsAsync<IOException>(() => store.BackupAsync(copy, TestContext.Current.CancellationToken));
        }

        using var restored = Open(copy);
        Assert.Equal("kept", (await ReadAsync(Storage(restored), "a")).State!.Value);
    }

    private static async Task<Exception?> TryAsync(Func<Task> action)
    {
        try
        {
            await action();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private static async Task<GrainState<Note>> ReadAsync(SqliteGrainStorage storage, string key, string name = "s")
    {
        var state = new GrainState<Note>(new Note());
        await storage.ReadStateAsync(name, Id(key), state);
        return state;
    }

    private SqliteStore Open(string? path = null)
    {
        var store = new SqliteStore(Options.Create(new SqliteTasksOptions { Path = path ?? Path }));
        try
        {
            store.Open();
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private static SqliteGrainStorage Storage(SqliteStore store) => new("tasks", store, new Serializer());

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public sealed class Note
    {
        public string Value { get; set; } = "";
    }

    private sealed class Serializer : IGrainStorageSerializer
    {
        public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input));

        public T Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input)!;
    }
}
