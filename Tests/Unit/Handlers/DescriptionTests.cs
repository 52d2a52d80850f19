namespace OrleansTasks.Tests.Unit;

/// <summary>Tests how the parameters of handlers are described to people.</summary>
public sealed class DescriptionTests
{
    private enum Colour
    {
        Red,
        DarkBlue,
    }

    [Fact]
    public void Of_Delegate_ListsParametersThatTakeArguments()
    {
        using var rig =
            HandlerRig.Of(
                (int n, string text, TaskRunContext run, bool? maybe, Colour colour, DateTimeOffset at, double size = 1.5,
                    string[]? more = null) => n);

        var parameters = rig.Catalog.Describe().Single().Parameters;

        Assert.Equal(
            [
                ("n", "int", ArgumentKind.Integer, false, null), ("text", "string", ArgumentKind.Text, false, null),
                ("maybe", "bool?", ArgumentKind.Boolean, true, "null"),
                ("colour", "Colour", ArgumentKind.Text, false, null), ("at", "DateTimeOffset", ArgumentKind.Instant, false, null),
                ("size", "double", ArgumentKind.Number, true, "1.5"), ("more", "string[]", ArgumentKind.Any, true, "null"),
            ],
            parameters.Select(p => (p.Name, p.Type, p.Kind, p.Optional, p.Default)));
        Assert.Equal(["Red", "DarkBlue"], parameters[3].Choices);
    }
}
