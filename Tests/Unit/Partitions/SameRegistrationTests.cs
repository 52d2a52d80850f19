using OrleansTasks.Partitions;
using OrleansTasks.Records;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests which registrations leave a task unchanged. Arguments are compared as the handler's parameters bind them.</summary>
public sealed class SameRegistrationTests
{
    private static readonly HandlerInfo Handler = new()
    {
        Name = "h",
        Parameters = [new HandlerParameterInfo { Name = "n", Type = "int" }, new HandlerParameterInfo { Name = "what", Type = "string" }]
    };
    private static readonly TaskArguments Positional = [1, "x"];

    public static TheoryData<string, TaskArguments, bool> Given => new()
    {
        { "the same", [1, "x"], true },
        { "named", TaskArguments.Named(("n", 1), ("what", "x")), true },
        { "named in another order and case", TaskArguments.Named(("What", "x"), ("N", 1)), true },
        { "another value", TaskArguments.Named(("n", 2), ("what", "x")), false },
        { "one less", TaskArguments.Named(("n", 1)), false },
    };

    [Theory]
    [MemberData(nameof(Given))]
    public void IsSame_OfArguments_ComparesBoundValues(string what, TaskArguments given, bool expected)
    {
        var old = new TaskEntry { Name = "t", Handler = "h", Arguments = Positional, Options = TaskOptions.Default };
        var registration = new TaskRegistration { Name = "t", Handler = "h", Arguments = given };
        Assert.True(Registrations.IsSame(registration, old, DateTimeOffset.UnixEpoch, static () => Handler) == expected, what);

        // If no silo knows the parameters, only equal texts are the same.
        Assert.True(Registrations.IsSame(registration, old, DateTimeOffset.UnixEpoch) == (what == "the same"), what);
    }
}
