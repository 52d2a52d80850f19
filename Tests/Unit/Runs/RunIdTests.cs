using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace OrleansTasks.Tests.Unit;

public sealed class RunIdTests
{
    [Fact]
    public void Parse_OutputOfToString_IsTheSameId()
    {
        var names = Gen.String[Gen.Char, 1, 30].Where(n => TaskNames.Fault(n) is null);
        Gen.Select(names, Gen.Guid).Sample((name, value) =>
        {
            var id = new RunId(name, value);
            var json = JsonSerializer.Serialize(id, TaskJson.Options);

            return RunId.Parse(id.ToString()) == id && JsonSerializer.Deserialize<RunId>(json, TaskJson.Options) == id;
        });
    }

    [Fact]
    public void Parse_NameWithATilde_KeepsIt()
    {
        var id = new RunId("a~b", Guid.Empty);

        Assert.Equal("a~b", RunId.Parse(id.ToString()).Task);
    }

    [Theory]
    [InlineData("")]
    [InlineData("fibonacci")]
    [InlineData("~0199f3a26d2c7c1e9d5f0123456789ab")]
    [InlineData("fibonacci~")]
    [InlineData("fibonacci~0199f3a2-6d2c-7c1e-9d5f-0123456789ab")]
    [InlineData("fibonacci~0199f3a26d2c7c1e9d5f0123456789")]
    [InlineData("fibonacci~0199f3a26d2c7c1e9d5f0123456789ab ")]
    [InlineData("fibonacci~ 0199f3a26d2c7c1e9d5f0123456789ab")]
    [InlineData("a/b~0199f3a26d2c7c1e9d5f0123456789ab")]
    public void Parse_InvalidText_ShowsTheExpectedFormat(string text)
    {
        var e = Assert.Throws<FormatException>(() => RunId.Parse(text));

        Assert.Equal($"'{text}' is not a run id; a run id looks like fibonacci~0199f3a26d2c7c1e9d5f0123456789ab.", e.Message);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<RunId>(JsonSerializer.Serialize(text), TaskJson.Options));
    }

    [Fact]
    public void TryParse_Null_IsFalse() => Assert.False(RunId.TryParse(null, null, out _));

    [Fact]
    public void New_LaterByTheClock_ComparesGreater()
    {
        var time = new FakeTimeProvider();
        var earlier = RunId.New("x", time);
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True(RunId.New("x", time).Value.CompareTo(earlier.Value) > 0);
        Assert.Equal(7, earlier.Value.Version);
    }
}
