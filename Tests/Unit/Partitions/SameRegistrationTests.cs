using OrleansTasks.Partitions;
using OrleansTasks.Records;

namespace OrleansTasks.Tests.Unit;

/// <summary>Which registrations say what a task is already: its arguments are compared as they are bound.</summary>
public sealed class SameRegistrationTests
{
    private static readonly HandlerInfo Handler = new() { Name = "h", Parameters = [new HandlerParameterInfo { Name = "n", Type = "int" }, new HandlerParameterInfo { Name = "what", Type = "string" }] };
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
    public void IsSame_OfArguments_ComparesWhatIsBound(string what, TaskArguments given, bool expected)
    {
        var old = new TaskEntry { Name = "t", Handler = "h", Arguments = Positional, Options = TaskOptions.Default };
        var registration = new TaskRegistration { Name = "t", Handler = "h", Arguments = given };
        Assert.True(Registrations.IsSame(registration, old, DateTimeOffset.UnixEpoch, static () => Handler) == expected, what);

        // Where no silo says what the parameters are, only the same texts are the same.
        Assert.True(Registrations.IsSame(registration, old, DateTimeOffset.UnixEpoch) == (what == "the same"), what);
    }
}
