using OrleansTasks.Text;

namespace OrleansTasks.Tests.Unit.Values;

public sealed class ShownTextTests
{
    private const string Family = "\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466";

    [Theory]
    [InlineData("plain äöü 漢字 😀", "plain äöü 漢字 😀")]
    [InlineData("שלום مرحبا", "שלום مرحبا")]
    [InlineData(Family, Family)]
    [InlineData("a\u001b[31mred", "a\\u001B[31mred")]
    [InlineData("first\r\nwarn: forged", "first\\r\\nwarn: forged")]
    [InlineData("tab\tnul\0del\u007f", "tab\\tnul\\u0000del\\u007F")]
    [InlineData("c1\u009b31m\u0085", "c1\\u009B31m\\u0085")]
    [InlineData("\u2028\u2029", "\\u2028\\u2029")]
    [InlineData("evil\u202etxt.exe\u2066\u2069\u200f\u061c", "evil\\u202Etxt.exe\\u2066\\u2069\\u200F\\u061C")]
    [InlineData("", "")]
    public void Of_UntrustedText_HasNoTerminalControlCharacters(string text, string shown)
    {
        Assert.Equal(shown, ShownText.Of(text));
        Assert.Equal(text == shown, ShownText.IsHarmless(text));
    }

    [Fact]
    public void Of_HalfACharacter_IsEscaped()
    {
        Assert.Equal("a\\uD83Db\\uDE00", ShownText.Of("a\uD83Db\uDE00"));
        Assert.Equal("\\uDE00😀\\uD83D", ShownText.Of("\uDE00😀\uD83D"));
    }

    [Theory]
    [InlineData("😀")]
    [InlineData("e\u0301")]
    [InlineData(Family)]
    [InlineData("a")]
    public void Cut_AtAnyLength_LeavesWholeCharacters(string character)
    {
        var text = string.Concat(Enumerable.Repeat(character, 400));
        for (var most = 100; most < 180; most++)
        {
            var cut = ShownText.Cut(text, most)!;
            var kept = cut.Split('…')[0];
            Assert.True(cut.Length <= most, $"{cut.Length} > {most}");
            Assert.Equal(0, kept.Length % character.Length);
            Assert.True(kept.Length > 100 - 30 - character.Length);
            Assert.EndsWith($"… (cut; {text.Length:N0} characters)", cut, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(null, 5, null)]
    [InlineData("12345", 5, "12345")]
    [InlineData("123456", 5, "12345")]
    [InlineData("1234😀", 5, "1234")]
    [InlineData("😀", 1, "")]
    [InlineData("123456", 0, "")]
    public void Cut_ToAFewCharacters_AppendsNoNote(string? text, int most, string? cut) => Assert.Equal(cut, ShownText.Cut(text, most));

    [Fact]
    public void Cut_EndlessCombiningSequence_IsCut()
    {
        var cut = ShownText.Cut("e" + new string('\u0301', 100_000), 1000)!;

        Assert.InRange(cut.Length, 900, 1000);
    }

    [Fact]
    public void TaskException_WithHostileText_ShowsItEscapedAndShort()
    {
        var error = new TaskArgumentException("task", "n", $"'\u001b]0;x\u0007\r\n{new string('x', 100_000)}' does not fit.");
        var faults = new InvalidTaskException("task", ["a\u202eb", new string('y', 100_000)]);

        Assert.StartsWith("'\\u001B]0;x\\u0007\\r\\nxxx", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 100, 17_000);
        Assert.Equal("a\\u202Eb", faults.Faults[0]);
        Assert.InRange(faults.Message.Length, 100, 3_000);
    }

    [Theory]
    [InlineData("two\nlines\tand a tab", true)]
    [InlineData("a\u001bb", false)]
    [InlineData("a\u202eb", false)]
    [InlineData("a\0b", false)]
    public void Faults_OfADescription_RejectTerminalControlCharacters(string description, bool isGood) =>
        Assert.Equal(isGood, !new TaskOptions { Description = description }.Faults().Any());

    [Theory]
    [InlineData("urgent", true)]
    [InlineData("a\u001bb", false)]
    [InlineData("a\u202eb", false)]
    [InlineData("a\u2028b", false)]
    public void Faults_OfATag_RejectTerminalControlCharacters(string tag, bool isGood)
    {
        var faults = new TaskOptions { Tags = [tag] }.Faults().ToList();
        Assert.Equal(isGood, faults.Count == 0);
        Assert.All(faults, f => Assert.True(ShownText.IsHarmless(f)));
    }

    [Fact]
    public void TaskActor_WithAHostileName_KeepsItEscaped()
    {
        using (TaskActor.As("eve\r\n\u001b[2J"))
        {
            Assert.Equal("eve\\r\\n\\u001B[2J", TaskActor.Current);
        }
    }
}
