using System.Data.Common;
using System.Text.Json;
using OrleansTasks.Storage;

namespace OrleansTasks.Tests.Unit.Grains;

public sealed class StorageErrorsTests
{
    public static TheoryData<Exception, bool> Errors => new()
    {
        { new IOException("reset"), false },
        { new TimeoutException(), false },
        { new InvalidOperationException("busy"), false },
        { new OrleansException("wrapped", new IOException("reset")), false },
        { new TaskStorageException("full disk"), false },
        { new Database("53100"), false },
        { new Database("57P01"), false },
        { new Database("25006"), false },
        { new PartitionStorageException("for too long"), false },
        { new AggregateException(new IOException(), new JsonException()), false },
        { new JsonException("no JSON"), true },
        { new NotSupportedException(), true },
        { new ArgumentException("too large"), true },
        { new PayloadTooLargeException(null, "A value", 2, 1), true },
        { new TaskStorageException("replaced") { IsPermanent = true }, true },
        { new PartitionStorageException("missing") { IsPermanent = true }, true },
        { new OrleansException("wrapped", new JsonException()), true },
        { new AggregateException(new JsonException()), true },
        { new Database("42P01"), true },
        { new Database("22021"), true },
        { new Database("54000"), true },
    };

    [Theory, MemberData(nameof(Errors), DisableDiscoveryEnumeration = true)]
    public void IsPermanent_Error_TellsWhetherARetryIsUseless(Exception error, bool isPermanent) =>
        Assert.Equal(isPermanent, StorageErrors.IsPermanent(error));

    private sealed class Database(string state) : DbException("It failed.")
    {
        public override string SqlState => state;
    }
}
