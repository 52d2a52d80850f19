using System.Text.Json;
using OrleansTasks.Policies;
using OrleansTasks.Values;

namespace OrleansTasks.Tests.Unit.Policies;

public sealed class BoundArgumentsTests
{
    private static readonly HandlerInfo Order = new()
    {
        Name = "order",
        Parameters =
        [
            new() { Name = "article", Kind = ArgumentKind.Text },
            new() { Name = "quantity", Kind = ArgumentKind.Integer, Optional = true, Default = "1" },
            new() { Name = "at", Kind = ArgumentKind.Instant, Optional = true, Default = "null" },
            new() { Name = "size", Kind = ArgumentKind.Text, Optional = true, Choices = ["small", "large"] },
            new() { Name = "details", Optional = true },
        ],
    };

    [Theory]
    [InlineData("""["a"]""", """[ "a" ]""")]
    [InlineData("""["a"]""", """{"article":"a"}""")]
    [InlineData("""["a"]""", """{"ARTICLE":"a"}""")]
    [InlineData("""["a"]""", """["a",1]""")]
    [InlineData("""["a"]""", """{"quantity":1.0,"article":"a"}""")]
    [InlineData("""["a"]""", """["a",null]""", false)]
    [InlineData("""["a",2]""", """["a",2.0]""")]
    [InlineData("""["a",2]""", """["a","2"]""")]
    [InlineData("""["a",20]""", """["a",2e1]""")]
    [InlineData("""["a",2]""", """["a",3]""", false)]
    [InlineData("""["2"]""", """[2]""", false)]
    [InlineData("""["\u0061"]""", """["a"]""")]
    [InlineData("""["a"]""", """["A"]""", false)]
    [InlineData("""["a"]""", """["a ",1]""", false)]
    [InlineData("""{"article":"a","at":"2026-03-01T10:00:00Z"}""", """{"at":"2026-03-01T11:00:00.000+01:00","article":"a"}""")]
    [InlineData("""{"article":"a","at":"2026-03-01T10:00:00"}""", """{"article":"a","at":"2026-03-01T10:00:00Z"}""", false)]
    [InlineData("""{"article":"a","size":"LARGE"}""", """{"article":"a","size":"large"}""")]
    [InlineData("""{"article":"a","details":{"x":1,"y":[1,2]}}""", """{"details":{"y":[1.0, 2],"x":1e0},"article":"a"}""")]
    [InlineData("""{"article":"a","details":[1,2]}""", """{"article":"a","details":[2,1]}""", false)]
    public void Of_EquivalentArguments_AreEqual(string one, string other, bool same = true) =>
        Assert.Equal(same, Of(one, Order) == Of(other, Order));

    [Fact]
    public void Of_TheTasksOwnArguments_AreThoseGivenExplicitly()
    {
        var own = Read("""["a",5]""");

        Assert.Equal(Text(BoundArguments.Of(null, own, Order)),
            Text(BoundArguments.Of(Read("""{"quantity":5,"article":"a"}"""), own, Order)));
        Assert.NotEqual(Text(BoundArguments.Of(null, own, Order)), Text(BoundArguments.Of(TaskArguments.None, own, Order)));
    }

    [Fact]
    public void Of_AHandlerClass_TakesOneObjectForItsMembers()
    {
        var handler = Order with { TakesAll = true };

        Assert.Equal(Of("""{"article":"a","quantity":2}""", handler), Of("""[{"quantity":2,"article":"a"}]""", handler));
    }

    [Fact]
    public void Of_AnUnknownHandler_DistinguishesPositionalAndNamedArguments() =>
        Assert.NotEqual(Of("""["a"]""", null), Of("""{"article":"a"}""", null));

    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0.0", "0")]
    [InlineData("1.0", "1")]
    [InlineData("100", "1e2")]
    [InlineData("1E+2", "1e2")]
    [InlineData("0.0010", "1e-3")]
    [InlineData("-12.50", "-125e-1")]
    [InlineData("1e5000", "1e5000")]
    [InlineData("1e99999999999999999999", "1e99999999999999999999")]
    [InlineData("123456789012345678901234567890", "12345678901234567890123456789e1")]
    public void OfNumber_AnyNotation_HasOneText(string number, string canonical) => Assert.Equal(canonical, CanonicalJson.OfNumber(number));

    [Fact]
    public void Of_DuplicateMember_UsesTheLast() =>
        Assert.Equal("""{"a":2,"b":null}""", CanonicalJson.Of(""" { "b" : null, "a":1, "a":2 } """u8));

    private static string Of(string json, HandlerInfo? handler) => Text(BoundArguments.Of(Read(json), null, handler));

    private static string Text(SortedDictionary<string, string> bound) => string.Join('\n', bound.Select(b => $"{b.Key}={b.Value}"));

    private static TaskArguments Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return TaskArguments.FromJson(document.RootElement);
    }
}
