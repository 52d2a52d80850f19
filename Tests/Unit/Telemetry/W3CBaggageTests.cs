using OrleansTasks.Telemetry;

namespace OrleansTasks.Tests.Unit.Telemetry;

public sealed class W3CBaggageTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a=1", "a=1")]
    [InlineData("a=1,b=two words", "a=1|b=two words")]
    [InlineData("a=x%20%2C%3D%C3%A4", "a=x ,=ä")]
    [InlineData(" a = 1 ; property=2 , b=;p", "a=1|b=")]
    [InlineData("=1,,no value,a b=1,c=3", "c=3")]
    public void Read_ValidBaggage_ReturnsItsMembers(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', W3CBaggage.Read(text).Select(static p => $"{p.Key}={p.Value}")));

    [Fact]
    public void Write_ReadBaggage_RoundTrips()
    {
        var baggage = new Dictionary<string, string?> { ["user"] = "älice, 1;2=3", ["empty"] = null, ["plain"] = "x" };
        Assert.Equal(baggage.Select(static p => (p.Key, p.Value ?? "")),
            W3CBaggage.Read(W3CBaggage.Write(baggage)!).Select(static p => (p.Key, p.Value ?? "")));
    }

    [Fact]
    public void Write_NoValidMember_IsNull()
    {
        Assert.Null(W3CBaggage.Write([]));
        Assert.Null(W3CBaggage.Write([new("a b", "1"), new("", "2"), new("ä", "3")]));
    }

    [Fact]
    public void Write_DuplicateKey_KeepsTheFirst() => Assert.Equal("a=1", W3CBaggage.Write([new("a", "1"), new("a", "2")]));

    [Fact]
    public void Write_BeyondTheLimit_OmitsWholeMembers()
    {
        var text = W3CBaggage.Write(
            Enumerable.Range(0, 200).Select(static n => new KeyValuePair<string, string?>($"key{n}", new string('x', 100))))!;
        Assert.InRange(text.Length, W3CBaggage.MaxLength - 110, W3CBaggage.MaxLength);
        Assert.All(W3CBaggage.Read(text), static p => Assert.Equal(100, p.Value!.Length));
    }
}
