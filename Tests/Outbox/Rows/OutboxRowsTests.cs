using System.Diagnostics;
using OrleansTasks.Outbox.Rows;

namespace OrleansTasks.Tests.Outbox.Rows;

/// <summary>Tests what is stored of a dispatch.</summary>
public sealed class OutboxRowsTests
{
    private static readonly DateTimeOffset Now = new(2027, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Create_Request_IsReadBackAsItWas()
    {
        var options = new DispatchOptions
        {
            Guarantee = RunGuarantee.AtMostOnce,
            Retry = RetryPolicy.Default,
            Priority = RunPriority.High,
            Headers = new Dictionary<string, string> { ["tenant"] = "7" },
            Then = [new Continuation("next")],
        };
        TaskArguments arguments = ["ä", 13];
        var row = OutboxRows.Create("send-mail", arguments, options, "7", Now);

        Assert.Equal(arguments, OutboxRows.ArgumentsOf(row));
        var read = OutboxRows.OptionsOf(row);
        Assert.Equal($"outbox:{row.Id}", read.IdempotencyKey);
        Assert.Equal(RunGuarantee.AtMostOnce, read.Guarantee);
        Assert.Equal(RetryPolicy.Default, read.Retry);
        Assert.Equal("7", read.Headers!["tenant"]);
        Assert.Equal("next", Assert.Single(read.Then!).Task);
        Assert.Equal(("send-mail", "7", Now.ToUnixTimeMilliseconds()), (row.Run.Task, row.Key, row.CreatedAt));
    }

    [Fact]
    public void Create_NamedArguments_AreReadBack()
    {
        var arguments = TaskArguments.Named(("to", "ada@example.com"));
        Assert.Equal(arguments, OutboxRows.ArgumentsOf(OutboxRows.Create("send-mail", arguments, null, null, Now)));
        var both = TaskArguments.Create([1]).WithNamed(arguments);
        Assert.Equal(both, OutboxRows.ArgumentsOf(OutboxRows.Create("send-mail", both, null, null, Now)));
    }

    [Fact]
    public void Create_Delay_CountsFromTheDispatch()
    {
        var row = OutboxRows.Create("send-mail", null, new DispatchOptions { Delay = TimeSpan.FromHours(1) }, null, Now);
        var read = OutboxRows.OptionsOf(row);
        Assert.Equal(Now + TimeSpan.FromHours(1), read.At);
        Assert.Null(read.Delay);
    }

    [Fact]
    public void Create_InASpan_KeepsItsTrace()
    {
        using var span = new Activity("request").SetIdFormat(ActivityIdFormat.W3C).Start();
        Assert.Equal(span.Id, OutboxRows.TraceOf(OutboxRows.Create("send-mail", null, null, null, Now))?.Parent);
    }

    [Theory]
    [InlineData("\u001b")]
    [InlineData("😀")]
    public void ReasonOf_LongMessage_FitsIntoTheColumn(string character)
    {
        var reason = OutboxRows.ReasonOf("Error", string.Concat(Enumerable.Repeat(character, 5_000)));
        Assert.InRange(reason.Length, 1_900, OutboxRows.MaxReasonLength);
        Assert.False(char.IsHighSurrogate(reason[^1]));
    }

    [Fact]
    public void Run_IdThatIsNone_IsOneThatTheClusterRefuses() =>
        Assert.Equal(new RunId("send-mail", Guid.Empty), new OutboxRow("mine", "send-mail", null, null, null, null, 0).Run);

    [Fact]
    public void Create_BadRequest_ListsAllFaults()
    {
        var e = Assert.Throws<InvalidTaskException>(() => OutboxRows.Create(
            "send-mail", null, new DispatchOptions { IdempotencyKey = "mine", Delay = TimeSpan.FromSeconds(-1) }, "", Now));
        Assert.Equal(3, e.Faults.Count);
        Assert.Contains("IdempotencyKey is 'mine'", e.Message, StringComparison.Ordinal);
        Assert.Contains("The key is ''", e.Message, StringComparison.Ordinal);
        Assert.Contains("UniqueFor is 00:01:00", Assert.Throws<InvalidTaskException>(() => OutboxRows.Create(
            "send-mail", null, new DispatchOptions { UniqueFor = TimeSpan.FromMinutes(1) }, null, Now)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidTaskException>(() => OutboxRows.Create("a/b", null, null, null, Now));
    }
}
