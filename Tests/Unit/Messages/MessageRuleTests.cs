namespace OrleansTasks.Tests.Unit.Messages;

public sealed class MessageRuleTests
{
    [Theory]
    [InlineData("The queue length must be from 1 to 10,000, and is {length}. Set TaskOptions.QueueLength.")]
    [InlineData("{name}.Limit is {Limit}; 0 to 1000 are allowed.")]
    [InlineData("There is no task '{task}'. Define it on a silo, or register it with ScheduleAsync.")]
    [InlineData("SKIP is '{text}'; OMIT, BACKWARD and FORWARD are known")]
    [InlineData("The server is missing. Set it with --server.")]
    [InlineData("Both At and Delay are set; set only one of them.")]
    [InlineData("'{s}' is not a run id; a run id looks like fibonacci~0199f3a26d2c7c1e9d5f0123456789ab.")]
    [InlineData("The schedule of '{task}' is not valid: {fault}")]
    [InlineData("The file '{path}' could not be read: {e.Message} Check the disk.")]
    public void Lack_OfCompleteMessage_IsNull(string message) => Assert.Null(MessageRule.Lack(MessageText.Parse(message)));

    [Theory]
    [InlineData("The partition is full. Try again later.")]
    [InlineData("The database failed: {e.Message} Try again.")]
    [InlineData("A schedule has at most {limits.MaxCalendars} calendars.")]
    [InlineData("The value cannot be written as JSON: {ShownText.Of(e.Message, 200)} Return another type.")]
    public void Lack_OfMessageWithoutValue_SaysSo(string message) =>
        Assert.Equal("shows no value or name", MessageRule.Lack(MessageText.Parse(message)));

    [Theory]
    [InlineData("There is no business calendar '{name}'.")]
    [InlineData("The task '{name}' exists already.")]
    [InlineData("The part '{name}' is not known here.")]
    [InlineData("The character {c} is not allowed in names.")]
    [InlineData("The file '{path}' could not be read: {e.Message}")]
    [InlineData("The run {run} was set to end, and used its timeout.")]
    public void Lack_OfMessageWithoutRemedy_SaysSo(string message) =>
        Assert.Equal("says neither what to do nor what is allowed", MessageRule.Lack(MessageText.Parse(message)));

    [Fact]
    public void Lack_OfMessageWithoutBoth_SaysBoth() => Assert.Equal(
        "shows no value or name, and says neither what to do nor what is allowed", MessageRule.Lack(MessageText.Parse("The operation "
            + "did not work.")));

    [Fact]
    public void Lack_OfMessageThatNeedsNoValue_IsNull() => Assert.Null(MessageRule.Lack(MessageText.Parse("It must be an "
        + "object."), needsValue: false));
}
