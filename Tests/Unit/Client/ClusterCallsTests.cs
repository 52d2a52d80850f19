using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Client.Links;

namespace OrleansTasks.Tests.Unit;

public sealed class ClusterCallsTests
{
    [Theory]
    [InlineData(typeof(SiloUnavailableException), true, false)]
    [InlineData(typeof(OrleansMessageRejectionException), true, true)]
    [InlineData(typeof(Orleans.Runtime.Messaging.ConnectionFailedException), true, true)]
    [InlineData(typeof(ClientNotAvailableException), true, false)]
    [InlineData(typeof(PartitionMovedException), true, true)]
    [InlineData(typeof(TimeoutException), true, false)]
    [InlineData(typeof(GatewayTooBusyException), true, true)]
    [InlineData(typeof(OrleansException), false, false)]
    [InlineData(typeof(InvalidOperationException), false, false)]
    [InlineData(typeof(OperationCanceledException), false, false)]
    [InlineData(typeof(TaskNotFoundException), false, false)]
    public void Failure_ByItsType_IsRepeatedOrNot(Type type, bool transient, bool refusal)
    {
        // Some of these types have no public constructor.
        var failure = (Exception)RuntimeHelpers.GetUninitializedObject(type);

        Assert.Equal(transient, ClusterCalls.IsTransient(failure));
        Assert.Equal(refusal, ClusterCalls.IsRefusal(failure));
    }

    /// <summary>The call may or may not have taken effect, so it is no refusal.</summary>
    [Fact]
    public void Failure_OfStorage_IsRetriedAndNotARejection()
    {
        var failure = new PartitionMovedException("full") { StorageFails = true };
        Assert.True(ClusterCalls.IsTransient(failure));
        Assert.False(ClusterCalls.IsRefusal(failure));
    }

    [Theory]
    [InlineData(true, typeof(TaskStorageException))]
    [InlineData(false, typeof(ClusterUnreachableException))]
    public async Task Patience_Exhausted_ReportsWhetherStorageOrTheClusterIsUnavailable(bool storage, Type error)
    {
        var time = new FakeTimeProvider();
        var patience = new ClusterCalls.Patience(time, TimeSpan.FromSeconds(30), NullLogger.Instance);
        var failure = new PartitionMovedException("The disk is full.") { StorageFails = storage };
        var pause = patience.PauseAsync(failure, CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(30));
        await pause;

        var thrown = await Assert.ThrowsAsync(error, () => patience.PauseAsync(failure, CancellationToken.None));
        Assert.Contains("The disk is full.", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void IsTransient_WrappedSiloLoss_IsTrue() =>
        Assert.True(ClusterCalls.IsTransient(new OrleansException("Sent in vain.", new SiloUnavailableException())));
}
