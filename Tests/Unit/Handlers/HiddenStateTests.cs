using System.Text.Json;
using OrleansTasks.Handlers.Binding;
using static OrleansTasks.Tests.Unit.HidingTypes;
using static OrleansTasks.Tests.Unit.RestoredTypes;

namespace OrleansTasks.Tests.Unit;

/// <summary>
/// Tests that members are refused if they return a field that JSON cannot restore. Computed, cached and otherwise restored members are
/// accepted.
/// </summary>
public sealed class HiddenStateTests
{
    public static TheoryData<Type, string, string> Lossy => new()
    {
        { typeof(SetByMethod), "_x", "SetByMethod.X" },
        { typeof(BlockGetter), "_x", "BlockGetter.X" },
        { typeof(ReadOnlyView), "_list", "ReadOnlyView.L" },
        { typeof(WrappedView), "_list", "WrappedView.L" },
        { typeof(ObjectView), "_map", "ObjectView.Map" },
        { typeof(CopiedView), "_set", "CopiedView.Items" },
        { typeof(Order), "_lines", "Order.Lines" },
        { typeof(OtherConstructor), "_x", "OtherConstructor.X" },
        { typeof(Derived), "_value", "Derived.Value" },
        { typeof(Structure), "_x", "Structure.X" },
        { typeof(Structure?), "_x", "Structure.X" },
        { typeof(List<Hits>), "_count", "Hits.Count" },
        { typeof(SetInLambda), "_x", "SetInLambda.X" },
        { typeof(Mutable), "_inner", "Mutable.Inner" },
    };

    [Theory]
    [MemberData(nameof(Lossy))]
    public void Of_MemberBackedByAnUnrestoredField_NamesBoth(Type type, string field, string member)
    {
        var said = $"JSON cannot set the field {field} that {member} returns";

        Assert.StartsWith(said, JsonLoss.OfArgument(type), StringComparison.Ordinal);
        Assert.StartsWith(said, JsonLoss.OfValue(type), StringComparison.Ordinal);
    }

    public static TheoryData<object> Whole
    {
        get
        {
            var populated = new PopulatedList { Name = "a" };
            populated.Items.Add(1);
            var included = new IncludedField { Name = "a" };
            included.SetX(3);
            var other = new RestoredByAnother { Name = "a" };
            other.SetX(4);
            return
            [
                new BackedBySetter { Name = "a" },
                new ComputedFromTwo { First = "a", Last = "b" },
                new SetByAnotherSetter { Text = "abc" },
                new Notifying { Name = "a" },
                new LazilyCached { First = "a" },
                new BoundByConstructor(3, "a"),
                new CachedRecord("a", "b"),
                included,
                new IncludedProperty { Name = "a" },
                populated,
                new IgnoredMember { Name = "a" },
                new Constant { Name = "a" },
                new RestoredAfterwards(),
                other,
                new Observing { Items = { 1, 2 } },
                new Square { Side = 3 },
                new Created("a"),
            ];
        }
    }

    [Theory]
    [MemberData(nameof(Whole))]
    public void Of_ComputedCachedOrRestoredMember_IsAcceptedAndRoundTrips(object value)
    {
        var type = value.GetType();
        var json = TaskJson.Write(value);
        var back = JsonSerializer.Deserialize(json, type, TaskJson.Options);

        Assert.Null(JsonLoss.OfArgument(type));
        Assert.Null(JsonLoss.OfValue(type));
        Assert.Equal(json, TaskJson.Write(back));
    }

    [Fact]
    public void Build_HandlerWithSuchAParameter_IsAFaultWithARemedy()
    {
        using var rig = HandlerRig.Of((SetByMethod it) => it.X);

        var fault = Assert.Single(rig.Faults);
        Assert.Contains("the field _x that SetByMethod.X returns", fault, StringComparison.Ordinal);
        Assert.Contains("[JsonIgnore]", fault, StringComparison.Ordinal);
    }
}
