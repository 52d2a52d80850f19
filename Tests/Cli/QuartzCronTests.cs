using OrleansTasks.Cli.Importing;

namespace OrleansTasks.Tests.Cli;

public sealed class QuartzCronTests
{
    [Theory]
    [InlineData("* * * * *")]
    [InlineData("0 0 9 ? * 0")]
    [InlineData("0 0 9 ? * MONX")]
    [InlineData("60 0 9 * * ?")]
    [InlineData("0 0 9 32 * ?")]
    [InlineData("0 0/0 9 * * ?")]
    [InlineData("0 0,, 9 * * ?")]
    [InlineData("0 0 9 ? * 2#6")]
    public void QuartzCron_Invalid_IsRejected(string expression) => Assert.Throws<FormatException>(() => new QuartzCron(expression));
}
