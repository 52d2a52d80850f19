using System.Text;
using System.Text.Json;
using CsCheck;

namespace OrleansTasks.Tests.Unit;

public sealed class TaskArgumentsTests
{
    private static readonly Gen<TaskArguments> Any =
        from positional in Gen.OneOf<object?>(Gen.Int.Select(i => (object?)i), Gen.String.AlphaNumeric.Select(s => (object?)s),
            Gen.Const((object?)null)).List[0, 4]
        from named in Gen.Dictionary(Gen.String[Gen.Char.AlphaNumeric, 1, 8].Select(s => s.ToUpperInvariant()), Gen.Int)[0, 4]
        select TaskArguments.Create([.. positional]).WithNamed(named.Count == 0 ? TaskArguments.None : TaskArguments.From(named));

    [Fact]
    public void CollectionExpression_Values_ArePositional()
    {
        TaskArguments arguments = [13, "x", null, new { City = "Berlin" }];

        Assert.Equal("""[13,"x",null,{"city":"Berlin"}]""", arguments.ToString());
        Assert.Equal(4, arguments.Count);
        Assert.False(arguments.IsEmpty);
        Assert.Null(arguments.NamedArguments);
        Assert.Equal("x", ((JsonElement)arguments[1]!).GetString());
        Assert.Equal(4, arguments.Select(a => a).Count());
    }

    [Fact]
    public void CollectionExpression_Empty_HasNoArguments()
    {
        TaskArguments arguments = [];

        Assert.Same(TaskArguments.None, arguments);
        Assert.True(arguments.IsEmpty);
        Assert.Equal(2, arguments.Size);
    }

    [Fact]
    public void Of_AnObject_IsOneArgument() => Assert.Equal("""[[1,2]]""", TaskArguments.Of(new[] { 1, 2 }).ToString());

    [Fact]
    public void Named_PairsAndObjects_AreTheSame()
    {
        Assert.Equal("""{"n":13,"message":"x"}""", TaskArguments.Named(("n", 13), ("message", "x")).ToString());
        Assert.Equal(TaskArguments.Named(("n", 13)), TaskArguments.From(new { n = 13 }));
        Assert.Equal(TaskArguments.Named(("n", 13)), TaskArguments.From(new Dictionary<string, int> { ["n"] = 13 }));
        Assert.True(TaskArguments.Named().IsEmpty);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Named_EmptyName_IsRefused(string name) => Assert.Throws<TaskArgumentException>(() => TaskArguments.Named((name, 1)));

    [Fact]
    public void Named_NameTwice_IsRefused() =>
        Assert.Equal("The argument name 'n' is empty or given twice. Give each argument one "
            + "name.", Assert.Throws<TaskArgumentException>(() => TaskArguments.Named(("n", 1), ("n", 2))).Message);

    [Fact]
    public void Create_UnserializableValue_IsRejectedAndNamed()
    {
        Assert.StartsWith("Argument number 1 (System.Func`1[System.Int32]) cannot be written as JSON: ",
            Refused(() => TaskArguments.Create([1, () => 1])), StringComparison.Ordinal);
        Assert.StartsWith("Argument 'x' (System.Double) cannot be written as JSON: ", Refused(() => TaskArguments.Named(("x", double.NaN))),
            StringComparison.Ordinal);
        Assert.Equal("Named arguments need an object, but System.Int32[] is not written as a JSON object.",
            Refused(() => TaskArguments.From(new[] { 1 })));
        Assert.Equal("Arguments must be a JSON array or object, not a "
            + "Number.", Refused(() => TaskArguments.FromJson(JsonElement.Parse("5"))));

        static string Refused(Func<TaskArguments> make) => Assert.Throws<TaskArgumentException>(make).Message;
    }

    [Fact]
    public void From_UnserializableObject_IsRejected() =>
        Assert.Throws<TaskArgumentException>(() => TaskArguments.From(new { x = double.NaN }));

    [Fact]
    public void FromJson_NullOrNothing_HasNoArguments()
    {
        Assert.Same(TaskArguments.None, TaskArguments.FromJson(default));
        Assert.Same(TaskArguments.None, TaskArguments.FromJson(JsonElement.Parse("null")));
    }

    [Fact]
    public void Json_AnyArguments_ReadBackEqual() => Any.Sample(arguments =>
    {
        var read = JsonSerializer.Deserialize<TaskArguments>(JsonSerializer.Serialize(arguments, TaskJson.Options), TaskJson.Options)!;

        return read.Equals(arguments) && read.GetHashCode() == arguments.GetHashCode() && read.ToString() == arguments.ToString();
    });

    [Theory]
    [InlineData("[]", null, null)]
    [InlineData("[{\"a\":[1]}]", "{\"b\":2}", null)]
    [InlineData("5", null, "The positional arguments must be a JSON array.")]
    [InlineData("{}", null, "The positional arguments must be a JSON array.")]
    [InlineData("[]", "[1]", "The named arguments must be a JSON object.")]
    [InlineData("[", null, "The positional arguments are not JSON, or are nested deeper than 60: ")]
    [InlineData("[] []", null, "The positional arguments are not JSON, or are nested deeper than 60: ")]
    [InlineData("", null, "The positional arguments are not JSON, or are nested deeper than 60: ")]
    [InlineData("[]", "{", "The named arguments are not JSON, or are nested deeper than 60: ")]
    public void Fault_OfReceivedArguments_NamesIt(string positional, string? named, string? fault)
    {
        var found = new TaskArguments(Encoding.UTF8.GetBytes(positional), named is null ? null : Encoding.UTF8.GetBytes(named)).Fault();

        Assert.True(fault is null ? found is null : found?.StartsWith(fault, StringComparison.Ordinal), found);
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(61, false)]
    public void Fault_OfNestedArguments_IsNullWhileTheirRecordsAreReadable(int depth, bool fits)
    {
        var arguments = new TaskArguments(Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth)), "{}"u8.ToArray());
        Assert.Equal(fits, arguments.Fault() is null);
        if (fits)
        {
            var registration = new TaskRegistration { Name = "x", Arguments = arguments };
            Assert.Equal(arguments,
                JsonSerializer.Deserialize<TaskRegistration>(JsonSerializer.Serialize(registration, TaskJson.Options),
                    TaskJson.Options)!.Arguments);
        }
    }

    [Fact]
    public void Equals_OtherArguments_AreDifferent()
    {
        Assert.NotEqual<TaskArguments>([1], [2]);
        Assert.NotEqual(TaskArguments.Named(("n", 1)), [1]);
        Assert.NotEqual(TaskArguments.Of(1), TaskArguments.Of(1).WithNamed(TaskArguments.Named(("n", 1))));
    }
}
