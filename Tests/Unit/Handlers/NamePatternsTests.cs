using OrleansTasks.Handlers;

namespace OrleansTasks.Tests.Unit.Handlers;

public sealed class NamePatternsTests
{
    [Theory]
    [InlineData("*", "mail-1", true)]
    [InlineData("", "mail-1", false)]
    [InlineData(" , ,", "mail-1", false)]
    [InlineData("mail-1", "mail-1", true)]
    [InlineData("mail-1", "Mail-1", false)]
    [InlineData("mail-1", "mail-12", false)]
    [InlineData("mail-*", "mail-1", true)]
    [InlineData("mail-*", "mail-", true)]
    [InlineData("mail-*", "mail", false)]
    [InlineData("*-1", "mail-1", true)]
    [InlineData("*-1", "mail-12", false)]
    [InlineData("m*l-*1", "mail-1", true)]
    [InlineData("m*l-*1", "ml-1", true)]
    [InlineData("ab*ba", "aba", false)]
    [InlineData("a*b*c", "a-c-b", false)]
    [InlineData("a**c", "abc", true)]
    [InlineData("report , mail-*", "mail-1", true)]
    [InlineData("!mail-test", "mail-test", false)]
    [InlineData("!mail-test", "mail-1", true)]
    [InlineData("mail-*,!mail-test", "mail-test", false)]
    [InlineData("mail-*,!mail-test", "report", false)]
    [InlineData("!*", "report", false)]
    [InlineData("a.c", "abc", false)]
    [InlineData("a?c", "abc", false)]
    [InlineData("a?*", "a?c", true)]
    public void Match_Table(string patterns, string name, bool matches) => Assert.Equal(matches, NamePatterns.Parse(patterns).Match(name));
}
