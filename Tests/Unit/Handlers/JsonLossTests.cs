using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansTasks.Handlers.Binding;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests that a silo refuses, at start, types that lose data in JSON. All others arrive as they were sent.</summary>
[SuppressMessage("Design", "CA1051", Justification = "Public fields are what is tested.")]
public sealed class JsonLossTests
{
    public sealed class PrivateSetter
    {
        public int Kept { get; set; }

        public string Secret { get; private set; } = "";
    }

    public sealed class GetOnly
    {
        public int Kept { get; set; }

        public int Fixed { get; } = 3;
    }

    public sealed class GetOnlyList
    {
        public List<int> Items { get; } = [];
    }

    public sealed class ReadOnlyField
    {
        public readonly int Number = 3;
        public int Kept { get; set; }
    }

    public readonly struct PlainPoint(int x)
    {
        public int X { get; } = x;
    }

    public sealed class Opaque
    {
        private int _count;

        public int Count => _count;

        public void Add() => _count++;
    }

    public sealed record Holder(List<PrivateSetter> Lines);

    public sealed class NamedList : List<int>
    {
        public string Name { get; set; } = "";
    }

    public sealed class WithCallback
    {
        public Action? Callback { get; set; }
    }

    public sealed class Included
    {
        [JsonInclude]
        public string Secret { get; private set; } = "";
    }

    public sealed class Ignored
    {
        public int Kept { get; set; }

        [JsonIgnore]
        public string Cache { get; private set; } = "";
    }

    [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
    public sealed class Populated
    {
        public List<int> Items { get; } = [];
    }

    public sealed class Computed
    {
        public int A { get; set; }

        public int Twice => A * 2;
    }

    public sealed class Fields
    {
        public int Number;
        public string? Text;
    }

    [method: JsonConstructor]
    public readonly struct MarkedPoint(int x)
    {
        public int X { get; } = x;
    }

    public sealed record Pairs(List<(int Number, string Text)> Items, (string, int) One);

    public class Animal
    {
        public string Name { get; set; } = "";
    }

    public sealed class Dog : Animal
    {
        public int Tricks { get; set; }
    }

    public class SameAnimal : Animal;

    public static TheoryData<Type, string> Lossy => new()
    {
        { typeof(Complex), "Complex" },
        { typeof(PrivateSetter), "PrivateSetter.Secret" },
        { typeof(GetOnly), "GetOnly.Fixed" },
        { typeof(GetOnlyList), "GetOnlyList.Items" },
        { typeof(ReadOnlyField), "ReadOnlyField.Number" },
        { typeof(PlainPoint), "PlainPoint.X" },
        { typeof(PlainPoint?), "PlainPoint.X" },
        { typeof(Opaque), "Opaque" },
        { typeof(Holder), "PrivateSetter.Secret" },
        { typeof(Holder[]), "PrivateSetter.Secret" },
        { typeof(Dictionary<string, List<PrivateSetter>>), "PrivateSetter.Secret" },
        { typeof(NamedList), "NamedList and not its member Name" },
        { typeof(IEnumerable<IGrouping<string, int>>), "Key" },
        { typeof(StringBuilder), "StringBuilder" },
        { typeof(Rune), "Rune" },
        { typeof(Index), "Index" },
        { typeof(Stack<int>), "Stack<int> would come back upside down" },
        { typeof(Dictionary<string, System.Collections.Concurrent.ConcurrentStack<int>>), "ConcurrentStack<int>" },
        { typeof(System.Collections.Immutable.ImmutableStack<int>[]), "ImmutableStack<int>" },
    };

    [Theory]
    [MemberData(nameof(Lossy))]
    public void Of_LossyType_NamesTheMember(Type type, string member)
    {
        Assert.Contains(member, JsonLoss.OfArgument(type), StringComparison.Ordinal);
        Assert.Contains(member, JsonLoss.OfValue(type), StringComparison.Ordinal);
    }

    public static TheoryData<object> Whole => new()
    {
        BigInteger.Pow(-7, 300),
        new Vector3(1, 2, 3),
        new Quaternion(1, 2, 3, 4),
        Matrix4x4.Identity,
        new System.Drawing.Point(1, 2),
        new Fields { Number = 3, Text = "x" },
        new Included(),
        new Ignored { Kept = 3 },
        new Populated { Items = { 1, 2 } },
        new Computed { A = 4 },
        new MarkedPoint(5),
        new Pairs([(1, "a"), (2, "b")], ("c", 3)),
        new List<(int, (string, bool))> { (1, ("a", true)) },
        new Dictionary<string, (int, int)> { ["a"] = (1, 2) },
        new { a = 1, b = new { c = "d" } },
        new KeyValuePair<string, int>("a", 1),
        new Dictionary<BigInteger, int> { [BigInteger.One << 100] = 1 },
        Tuple.Create(1, "a"),
        new Collection<int> { 1 },
        Int128.MaxValue,
        (Half)1.5,
        new Uri("https://example.test/a"),
        new Version(1, 2),
        new Mail("a"),
        TimeSpan.FromDays(3),
        JsonElement.Parse("[1]"),
    };

    public sealed record Mail(string To, string Subject = "none");

    [Theory]
    [MemberData(nameof(Whole))]
    public void Of_LosslessType_IsAcceptedAndRoundTrips(object value)
    {
        var json = TaskJson.Write(value);
        var back = JsonSerializer.Deserialize(json, value.GetType(), TaskJson.Options);

        Assert.Null(JsonLoss.OfArgument(value.GetType()));
        Assert.Null(JsonLoss.OfValue(value.GetType()));
        Assert.Equal(json, TaskJson.Write(back));
        if (value is ValueType or Pairs or Mail)
        {
            Assert.Equal(value.ToString(), back!.ToString());
        }
    }

    [Fact]
    public void OfValue_UnserializableType_IsFoundBeforeTheFirstValue()
    {
        Assert.Equal("Action has no form in JSON", JsonLoss.OfValue(typeof(WithCallback)));
        Assert.Null(JsonLoss.OfArgument(typeof(WithCallback)));
    }

    [Fact]
    public void Build_HandlerWithLossyValue_IsAFaultUnlessItsValuesAreNotSent()
    {
        using var sends = HandlerRig.Of(() => new PrivateSetter());
        using var nested = HandlerRig.Of(() => Task.FromResult(new List<Complex>()));
        using var keeps =
            new HandlerRig(b => b.Define(HandlerRig.Name, () => new PrivateSetter(), new TaskOptions { SendReturnValues = false }));

        Assert.Contains("JSON cannot set PrivateSetter.Secret", Assert.Single(sends.Faults), StringComparison.Ordinal);
        Assert.Contains("SendReturnValues", sends.Faults[0], StringComparison.Ordinal);
        Assert.Contains("Complex", Assert.Single(nested.Faults), StringComparison.Ordinal);
        Assert.Empty(keeps.Faults);
    }

    [Fact]
    public async Task InvokeAsync_LossyValue_FailsTheRunOfATaskThatWasRegisteredLater()
    {
        using var rig = HandlerRig.Of(() => new PrivateSetter());

        var e = await Assert.ThrowsAsync<TaskValueException>(() => rig.RunAsync());

        Assert.Contains("PrivateSetter.Secret", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InvokeAsync_DerivedTypeInAListOfItsBase_FailsInsteadOfLosingMembers()
    {
        using var list = HandlerRig.Of(() => new List<Animal> { new Dog { Name = "Rex", Tricks = 3 } });
        using var same = HandlerRig.Of(() => new List<Animal> { new SameAnimal { Name = "Rex" } });
        using var top = HandlerRig.Of(Animal () => new Dog { Name = "Rex", Tricks = 3 });

        var e = await Assert.ThrowsAsync<TaskValueException>(() => list.RunAsync());

        Assert.Contains("Dog is written as its base type Animal, which has no member 'tricks'", e.Message, StringComparison.Ordinal);
        Assert.Contains("[JsonDerivedType(typeof(Dog), \"…\")]", e.Message, StringComparison.Ordinal);
        Assert.Equal("""[{"name":"Rex"}]""", await same.RunAsync());
        Assert.Equal("""{"tricks":3,"name":"Rex"}""", await top.RunAsync());
    }

    [Theory]
    [InlineData("1e9999999")]
    [InlineData("1.5")]
    [InlineData("\"x\"")]
    [InlineData("true")]
    public void BigInteger_InvalidText_IsRejected(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<BigInteger>(json, TaskJson.Options));
}
