using Microsoft.Data.Sqlite;
using Npgsql;
using OrleansTasks.Storage;
using OrleansTasks.Storage.Sqlite;
using StackExchange.Redis;
using Xunit;

namespace OrleansTasks.Tests.Storage;

/// <summary>Tests which database errors are transient and retried, and which are permanent.</summary>
public sealed class PassingErrorsTests
{
    public static TheoryData<string, bool> SqliteCodes => new()
    {
        { "13 full", false },
        { "10 input or output", false },
        { "5 busy", false },
        { "6 locked", false },
        { "7 memory", false },
        { "8 read-only", false },
        { "14 cannot open", false },
        { "11 corrupt", true },
        { "18 too big", true },
        { "26 no database", true },
    };

    [Theory, MemberData(nameof(SqliteCodes))]
    public void IsPermanent_SqliteError_TellsWhetherARetryIsUseless(string code, bool isPermanent)
    {
        var error = new SqliteException(code, int.Parse(code.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
        var stored = new SqliteStorageException("It failed.", error) { IsPermanent = SqliteErrors.IsPermanent(error) };

        Assert.Equal(isPermanent, StorageErrors.IsPermanent(stored));
        Assert.Equal(isPermanent, StorageErrors.IsPermanent(SqliteErrors.ForOthers(stored)));
    }

    [Theory]
    [InlineData("53100", false)] // disk full
    [InlineData("53200", false)] // out of memory
    [InlineData("53300", false)] // too many connections
    [InlineData("25006", false)] // read-only, like a standby
    [InlineData("40001", false)] // serialization failure
    [InlineData("57P01", false)] // the server is stopping
    [InlineData("57P03", false)] // the server is starting
    [InlineData("58030", false)] // I/O error
    [InlineData("08006", false)] // connection lost
    [InlineData("XX000", false)]
    [InlineData("22021", true)] // a character that the database cannot store
    [InlineData("42501", true)] // insufficient privilege
    [InlineData("42P01", true)] // undefined table
    [InlineData("54000", true)] // a limit of the server
    public void IsPermanent_PostgreSqlError_TellsWhetherARetryIsUseless(string state, bool isPermanent) =>
        Assert.Equal(isPermanent, StorageErrors.IsPermanent(new PostgresException("It failed.", "ERROR", "ERROR", state)));

    [Theory]
    [InlineData("OOM command not allowed when used memory > 'maxmemory'.")]
    [InlineData("MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.")]
    [InlineData("READONLY You can't write against a read only replica.")]
    [InlineData("LOADING Redis is loading the dataset in memory")]
    [InlineData("NOREPLICAS Not enough good replicas to write.")]
    public void IsPermanent_OfAnErrorOfRedis_IsFalse(string message) =>
        Assert.False(StorageErrors.IsPermanent(new RedisServerException(message)));
}
