namespace OrleansTasks.Tests.Unit;

public sealed class TaskNamesTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("send-email")]
    [InlineData("Bericht für Köln: täglich")]
    [InlineData("日本語 😀")]
    [InlineData("a~b.c*d@e+f&g=h")]
    [InlineData("...")]
    [InlineData("👨\u200d👩\u200d👧 family")]
    [InlineData("می\u200cخواهم")]
    public void Fault_GoodName_IsNull(string name) => Assert.Null(TaskNames.Fault(name));

    [Theory]
    [InlineData(null, "empty")]
    [InlineData("", "empty")]
    [InlineData(".", "is '.'")]
    [InlineData("..", "is '.'")]
    [InlineData(" a", "white space")]
    [InlineData("a\u00a0", "white space")]
    [InlineData("a/b", "U+002F at position 1")]
    [InlineData("a\\b", "U+005C at position 1")]
    [InlineData("a?", "U+003F at position 1")]
    [InlineData("a#", "U+0023 at position 1")]
    [InlineData("a%", "U+0025 at position 1")]
    [InlineData("a\nb", "U+000A at position 1")]
    [InlineData("a\u202eb", "U+202E at position 1")]
    [InlineData("a\u200bb", "U+200B at position 1")]
    [InlineData("\u200da", "U+200D at position 0")]
    [InlineData("a\u200d", "U+200D at position 1")]
    [InlineData("a\u200d b", "U+200D at position 1")]
    [InlineData("a\u200d\u200db", "U+200D at position 1")]
    public void Fault_BadName_SaysWhy(string? name, string fault) =>
        Assert.Contains(fault, TaskNames.Fault(name), StringComparison.Ordinal);

    /// <summary>These names are not in the table above, since an attribute cannot contain them.</summary>
    [Fact]
    public void Fault_HalfOfASurrogatePair_SaysWhere()
    {
        Assert.Contains("U+D800 at position 1", TaskNames.Fault("a\ud800b"), StringComparison.Ordinal);
        Assert.Contains("U+DC00 at position 1", TaskNames.Fault("a\udc00"), StringComparison.Ordinal);
        Assert.Contains("U+DC00 at position 0", TaskNames.Fault("\udc00\ud800"), StringComparison.Ordinal);
    }

    [Fact]
    public void Fault_Length_IsLimited()
    {
        Assert.Null(TaskNames.Fault(new string('x', 200)));
        Assert.Equal($"The task name '{new string('x', 24)}…' has 201 characters; 200 are allowed.", TaskNames.Fault(new string('x', 201)));
    }

    [Fact]
    public void Check_BadName_ThrowsWithTheFault()
    {
        var e = Assert.Throws<InvalidTaskException>(() => TaskNames.Check("a/b"));

        Assert.Equal("a/b", e.Task);
        Assert.Single(e.Faults);
    }
}
