using System.Runtime.CompilerServices;
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
        // Some of these have no constructor for others to call.
        var failure = (Exception)RuntimeHelpers.GetUninitializedObject(type);

        Assert.Equal(transient, ClusterCalls.IsTransient(failure));
        Assert.Equal(refusal, ClusterCalls.IsRefusal(failure));
    }

    [Fact]
    public void IsTransient_OfOneThatWrapsTheLossOfASilo_IsTrue() =>
        Assert.True(ClusterCalls.IsTransient(new OrleansException("Sent in vain.", new SiloUnavailableException())));
}
