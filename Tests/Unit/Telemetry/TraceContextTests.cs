using System.Diagnostics;
using OrleansTasks.Records;
using OrleansTasks.Telemetry;

namespace OrleansTasks.Tests.Unit.Telemetry;

public sealed class TraceContextTests
{
    private const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Fact]
    public void Of_ASpan_HasItsContextAndBaggage()
    {
        using var span = new Activity("test").SetParentId(Parent);
        span.TraceStateString = "vendor=1";
        span.AddBaggage("user", "alice");
        span.Start();

        var context = TraceContext.Of(span)!;

        Assert.Equal((span.Id, "vendor=1", "user=alice", false), (context.Parent, context.State, context.Baggage, context.IsLink));
        Assert.Equal((span.TraceId, span.SpanId, true), (context.Context.TraceId, context.Context.SpanId, context.Context.IsRemote));
        Assert.Null(TraceContext.Of(null));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331")]
    [InlineData("what a stranger sends")]
    public void Of_NoSpan_IsNull(string? parent) => Assert.Null(TraceContext.Of(parent, null, null, isLink: false));

    [Fact]
    public void Of_TooLongValues_OmitsThem()
    {
        var context = TraceContext.Of(Parent, new string('s', TraceContext.MaxState + 1), new string('b', W3CBaggage.MaxLength + 1),
            isLink: true)!;
        Assert.Equal((Parent, null, null, true), (context.Parent, context.State, context.Baggage, context.IsLink));
    }

    [Fact]
    public void Send_IsActiveUntilDisposed()
    {
        var outer = TraceContext.Of(Parent, "vendor=1", "a=1", isLink: false)!;
        Assert.Null(TraceCarrier.Current);
        using (TraceCarrier.Send(outer))
        {
            Assert.Equal(outer, TraceCarrier.Current);
            using (TraceCarrier.Send(outer.AsLink()))
            {
                Assert.Equal(outer.AsLink(), TraceCarrier.Current);
            }

            using (TraceCarrier.Send(null))
            {
                Assert.Null(TraceCarrier.Current);
            }

            Assert.Equal(outer, TraceCarrier.Current);
        }

        Assert.Null(TraceCarrier.Current);
    }

    /// <summary>The occurrences of a schedule do not belong to the request that created it.</summary>
    [Fact]
    public void AsOrigin_OfAContext_IsALinkWithoutBaggage()
    {
        var origin = TraceContext.Of("00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01", "vendor=1", "user=alice",
            isLink: false)!.AsOrigin();
        Assert.Equal((true, "vendor=1", null), (origin.IsLink, origin.State, origin.Baggage));
    }

    [Fact]
    public void HeldBytes_IncludeContextBesidesTheArguments()
    {
        var trace = TraceContext.Of("00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01", null, $"user={new string('a', 1000)}",
            isLink: false)!;
        var run = new StoredRun { RunId = new RunId("t", Guid.NewGuid()), DueAt = TaskRig.Start };
        Assert.Equal(run.HeldBytes + trace.Size, (run with { Trace = trace }).HeldBytes);
        Assert.InRange(trace.Size, 1000, 2000);
    }

    [Fact]
    public void Current_FromAnUntrustedCaller_IsNull()
    {
        foreach (var sent in new object[] { "text", 5, new[] { "a" }, new[] { "a", "b", "c", "d" } })
        {
            RequestContext.Set("orleans-tasks.trace", sent);
            Assert.Null(TraceCarrier.Current);
        }

        RequestContext.Clear();
    }
}
