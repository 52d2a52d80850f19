using CsCheck;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests properties of the binding that hold for any arguments.</summary>
public sealed class BindingPropertyTests
{
    public sealed record Everything(int A, string B, double C, bool? D, DateTimeOffset E, List<long> F, Todo G);

    private static readonly Gen<string> Text = Gen.String[Gen.Char['\u0001', '\ud7ff'], 0, 12];

    private static readonly Gen<Everything> Values =
        from a in Gen.Int
        from b in Text
        from c in Gen.Double[-1e300, 1e300]
        from d in Gen.Bool.Nullable()
        from e in Gen.Long[0, DateTimeOffset.MaxValue.UtcTicks]
        from f in Gen.Long.List[0, 4]
        from g in Gen.Select(Text, Gen.Int, (text, priority) => new Todo(text, priority))
        select new Everything(a, b, c, d, new DateTimeOffset(e, TimeSpan.Zero), f, g);

    private static readonly string[] Names = ["a", "b", "c", "d", "e", "f", "g"];

    private static readonly Delegate Echo = (int a, string b, double c, bool? d, DateTimeOffset e, List<long> f, Todo g) =>
        new Everything(a, b, c, d, e, f, g);

    [Fact]
    public async Task InvokeAsync_AnyValuesPositionalThenNamedInAnyOrder_ArriveEqual()
    {
        using var rig = HandlerRig.Of(Echo);

        await Gen.Select(Values, Gen.Int[0, 7], Gen.Shuffle(Names)).SampleAsync(async sample =>
        {
            var (values, positional, order) = sample;
            var list = List(values);
            var named = order.Where(n => Array.IndexOf(Names, n) >= positional).Select(n => (n, list[Array.IndexOf(Names, n)])).ToArray();
            var arguments = TaskArguments.Create([.. list[..positional]]).WithNamed(TaskArguments.Named(named));

            var arrived = await rig.RunAsync<Everything>(arguments);

            return arrived is not null && arrived with { F = values.F } == values && arrived.F.SequenceEqual(values.F);
        });
    }

    [Fact]
    public void Check_OneMissing_NamesIt()
    {
        using var rig = HandlerRig.Of(Echo);

        Gen.Select(Values, Gen.Int[0, 6], Gen.Shuffle(Names)).Sample((values, missing, order) =>
        {
            var list = List(values);
            var named = order.Where(n => n != Names[missing]).Select(n => (n, list[Array.IndexOf(Names, n)])).ToArray();
            if (Names[missing] == "d")
            {
                rig.Check(TaskArguments.Named(named));
                return true;
            }

            return rig.CheckFails(TaskArguments.Named(named)).Parameter == Names[missing];
        });
    }

    [Fact]
    public void Check_SurplusArguments_NamesOrCountsThem()
    {
        using var rig = HandlerRig.Of(Echo);

        Gen.Select(Values, Gen.String.AlphaNumeric, Gen.Int[1, 5]).Sample((values, name, more) =>
        {
            var surplus = TaskArguments.Create([.. List(values), .. Enumerable.Repeat<object?>(0, more)]);
            var unknown = TaskArguments.Create([.. List(values)]).WithNamed(TaskArguments.Named(("_" + name, 1)));

            return rig.CheckFails(surplus).Message.Contains($"at most 7 positional arguments, {7 + more} were", StringComparison.Ordinal)
                && rig.CheckFails(unknown).Parameter == "_" + name;
        });
    }

    [Fact]
    public void Check_OneGivenByPositionAndByName_NamesIt()
    {
        using var rig = HandlerRig.Of(Echo);

        Gen.Select(Values, Gen.Int[0, 6]).Sample((values, twice) =>
            rig.CheckFails(TaskArguments.Create([.. List(values)]).WithNamed(TaskArguments.Named((Names[twice], List(values)[twice]))))
                .Parameter == Names[twice]);
    }

    private static object?[] List(Everything v) => [v.A, v.B, v.C, v.D, v.E, v.F, v.G];
}
