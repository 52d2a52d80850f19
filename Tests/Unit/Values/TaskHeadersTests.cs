using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests which headers are valid, and how they override each other.</summary>
public sealed class TaskHeadersTests
{
    [Theory]
    [InlineData("tenant", true)]
    [InlineData("X-Tenant_1.a:b/c", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("größe", false)]
    [InlineData("a\n", false)]
    [InlineData(null, false)]
    public void NameFault_InvalidName_IsReported(string? name, bool good) => Assert.Equal(good, TaskHeaders.NameFault(name) is null);

    [Fact]
    public void NameFault_OfLongNames_BeginsAt101Characters()
    {
        Assert.Null(TaskHeaders.NameFault(new string('a', 100)));
        Assert.NotNull(TaskHeaders.NameFault(new string('a', 101)));
    }

    [Theory]
    [InlineData("any text, even € and 🙂", null)]
    [InlineData("", null)]
    [InlineData("a\nb", "control character")]
    [InlineData(null, "no value")]
    public void Faults_OfAText_NameTheFault(string? text, string? expected)
    {
        var fault = TaskHeaders.Faults("Headers", Of(("name", text!))).SingleOrDefault();
        Assert.Equal(expected is null, fault is null);
        Assert.Contains(expected ?? "", fault ?? "", StringComparison.Ordinal);
    }

    // Attributes cannot contain such a text.
    [Fact]
    public void Faults_HalfASurrogatePair_IsReported() =>
        Assert.Contains("surrogate", Assert.Single(TaskHeaders.Faults("Headers", Of(("name", "half " + '\ud83d')))),
            StringComparison.Ordinal);

    [Fact]
    public void Faults_NamesThatDifferInCaseOnly_AreReported() =>
        Assert.Contains("given twice", Assert.Single(TaskHeaders.Faults("Headers", Of(("tenant", "a"), ("Tenant", "b")))),
            StringComparison.Ordinal);

    [Fact]
    public void Faults_OfMany_AreBounded() =>
        Assert.Equal(10, TaskHeaders.Faults("Headers", Of([.. Enumerable.Range(0, 100).Select(n => ($"bad {n}", "x"))])).Count());

    [Fact]
    public void Of_NothingOrNone_IsNull()
    {
        Assert.Null(TaskHeaders.Of(null));
        Assert.Null(TaskHeaders.Of(new Dictionary<string, string>()));
        Assert.Null(new RunOptions { Headers = new Dictionary<string, string>() }.Headers);
    }

    /// <summary>Options are immutable. A later change of the dictionary does not change what was sent.</summary>
    [Fact]
    public void Options_OfADictionary_KeepACopyAndCompareByValue()
    {
        var given = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" };
        var options = new DispatchOptions { Headers = given };
        given["a"] = "other";
        Assert.Equal("1", options.Headers!["A"]);
        Assert.Equal(new DispatchOptions { Headers = new Dictionary<string, string> { ["A"] = "1", ["b"] = "2" } }, options);
        Assert.NotEqual(new DispatchOptions { Headers = new Dictionary<string, string> { ["a"] = "1", ["b"] = "3" } }, options);
        Assert.NotEqual(new DispatchOptions(), options);
        Assert.Equal(new DispatchOptions { Headers = new Dictionary<string, string> { ["A"] = "1", ["b"] = "2" } }.GetHashCode(),
            options.GetHashCode());
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("a=1", null, "a=1")]
    [InlineData(null, "a=1", "a=1")]
    [InlineData("a=1", "b=2", "a=1 b=2")]
    [InlineData("A=1", "a=2 b=2", "A=1 b=2")]
    public void Over_OtherHeaders_OverridesThem(string? top, string? beneath, string? expected) =>
        Assert.Equal(Read(expected), TaskHeaders.Over(Read(top), Read(beneath)));

    [Theory]
    [InlineData("tenant", "tenant=a")]
    [InlineData("TENANT", "tenant=a")]
    [InlineData("trace-*", "trace-id=1 trace-x=2")]
    [InlineData("*", "tenant=a trace-id=1 trace-x=2")]
    [InlineData("other", null)]
    [InlineData("", null)]
    public void Named_BySets_MatchTheOptions(string names, string? expected)
    {
        var (all, set) = (Read("tenant=a trace-id=1 trace-x=2"),
            new HashSet<string>(names.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal(Read(expected), all.Named(set));
        Assert.Equal(3, (all.Named(set)?.Count ?? 0) + (all.NotNamed(set)?.Count ?? 0));
    }

    [Fact]
    public void Faults_OfASetOfNames_NameTheOption()
    {
        Assert.Empty(HeaderNames.Faults("O", ["*", "a", "a-*"]));
        Assert.Equal(3, HeaderNames.Faults("O", ["", "a b", "*a"]).Count(f => f.StartsWith("O: ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Size_OfHeaders_CountsNamesAndValues() => Assert.Equal(1 + 3 + 1 + 1, Of(("a", "€"), ("b", "2"))!.Size);

    [Fact]
    public void Json_OfOptionsWithHeaders_IsAnObjectOfStrings()
    {
        var options = new RunOptions { Headers = new Dictionary<string, string> { ["tenant"] = "acme" } };
        var json = JsonSerializer.Serialize(options, TaskJson.Options);
        Assert.Contains("""
            "headers":{"tenant":"acme"}
            """, json, StringComparison.Ordinal);
        Assert.Equal(options, JsonSerializer.Deserialize<RunOptions>(json, TaskJson.Options));
        Assert.DoesNotContain("headers", JsonSerializer.Serialize(new RunOptions(), TaskJson.Options), StringComparison.Ordinal);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<RunOptions>("""{"headers":{"a":1}}""", TaskJson.Options));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<TaskHeaders>("""{"a":1}""", TaskJson.Options));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<TaskHeaders>("[]", TaskJson.Options));
    }

    [Fact]
    public void Json_OfAResult_HasHeadersOnlyIfThereAreAny()
    {
        var result = new TaskResult
        {
            RunId = new RunId("t", Guid.Empty),
            Headers = new Dictionary<string, string> { ["tenant"] = "acme" }
        };
        Assert.Equal(result.Headers,
            JsonSerializer.Deserialize<TaskResult>(JsonSerializer.Serialize(result, TaskJson.Options), TaskJson.Options)!.Headers);
        Assert.DoesNotContain("headers", JsonSerializer.Serialize(result with { Headers = TaskHeaders.None }, TaskJson.Options),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Sent_ThroughOrleans_RoundTrip()
    {
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        var options = new DispatchOptions { Headers = new Dictionary<string, string> { ["tenant"] = "acme" } };
        Assert.Equal(options, serializer.Deserialize<DispatchOptions>(serializer.SerializeToArray(options)));
    }

    private static TaskHeaders? Of(params (string, string)[] headers) =>
        TaskHeaders.Of(headers.Select(h => KeyValuePair.Create(h.Item1, h.Item2)));

    private static TaskHeaders? Read(string? text) =>
        text is null ? null : Of([.. text.Split(' ').Select(h => (h.Split('=')[0], h.Split('=')[1]))]);
}
