using System.Text.Json;
using Orleans.Storage;
using OrleansTasks.Calls;
using OrleansTasks.Policies;

namespace OrleansTasks.Tests.Unit.Policies;

/// <summary>Tests which failures are worth a retry.</summary>
public sealed class FailureTests
{
    public static TheoryData<Exception, bool> Known => new()
    {
        { new TimeoutException(), false },
        { new SiloUnavailableException(), false },
        { new PartitionMovedException("moved"), false },
        { new StaleTaskException("t"), false },
        { new TasksOverloadedException("t", "full", TimeSpan.FromSeconds(1)), false },
        { new SchedulerStoppedException("t"), false },
        { new TaskStorageException("storage"), false },
        { new InconsistentStateException("other tag"), false },
        { new IOException("disk"), false },
        { new InvalidOperationException("a driver's"), false },
        { new TaskCancelledException("t"), true },
        { new TaskNotFoundException("t"), true },
        { new TaskConflictException("t", "exists"), true },
        { new InvalidTaskException("t", ["wrong"]), true },
        { new PayloadTooLargeException("t", "The value", 2, 1), true },
        { new ArgumentException("A commit of 47,672,069 bytes"), true },
        { new JsonException("not JSON"), true },
        { new NotSupportedException(), true },
        { new AggregateException(new TimeoutException(), new ArgumentException()), false },
        { new AggregateException(new JsonException(), new ArgumentException()), true },
    };

    [Theory]
    [MemberData(nameof(Known), DisableDiscoveryEnumeration = true)]
    public void IsPermanent_EachFailure_MatchesTheTable(Exception failure, bool expected) =>
        Assert.Equal(expected, Failures.IsPermanent(failure));
}
