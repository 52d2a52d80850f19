using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using OrleansTasks.Client.Http;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests JSON without reflection: the contracts that the library has, and those that users pass.</summary>
public sealed partial class WireJsonTests
{
    private static readonly RunId Run = new("t", new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]));
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1));
    private static readonly CrateJson Json = new(TaskJson.CreateOptions());
    private static readonly Crate Full = new("books", 3, TimeSpan.FromMinutes(90), At, CrateSize.Large);

    public static TheoryData<object> Values =>
    [
        new TaskResult
        {
            RunId = Run,
            Sequence = 7,
            Status = RunStatus.TimedOut,
            Error = "It was slow.",
            ErrorType = "X",
            Stack = "at",
            Trigger = RunTrigger.Backfill,
            ScheduledAt = At,
            StartedAt = At,
            FinishedAt = At,
            Attempt = 2,
            Silo = "s",
            RequestedBy = "ada",
            Parent = Run,
            RetryOf = Run,
            Batch = new BatchMember(Guid.Empty, 3),
            LacksArguments = true,
            Arguments = [1, "x"],
            Log = [new RunLogLine(At, LogLevel.Warning, "c", "m")],
            Headers = new Dictionary<string, string> { ["tenant"] = "acme" },
            Json = "{\"a\":[1,2]}"u8.ToArray(),
        },
        new RunInfo
        {
            RunId = Run,
            Status = RunStatus.Waiting,
            WaitingFor = "a place",
            ScheduledAt = At,
            Progress = new RunProgress { Fraction = 0.5, Message = "half", At = At },
            Arguments = TaskArguments.Named(("n", 13)),
            Awaits = [Run],
            AwaitsBatches = [Guid.Empty],
            NextAttemptAt = At,
            Result = new TaskResult { RunId = Run, Json = "1"u8.ToArray() },
        },
        new TaskEvent { Task = "t", Kind = TaskEventKind.RunStarted, At = At, RunId = Run, Attempt = 2, Note = "n" },
        RetryPolicy.Default with { OnlyFor = ["System.IO.IOException"] },
        new Continuation("next")
        {
            On = ContinuationTrigger.Failed,
            Pass = PassedArgument.Result,
            Arguments = [1],
            Delay = TimeSpan.FromSeconds(5),
        },
    ];

    [Theory]
    [MemberData(nameof(Values), DisableDiscoveryEnumeration = true)]
    public void Contracts_OfWireTypes_WriteAndReadAsReflectionDoes(object value)
    {
        var type = value.GetType();
        var json = JsonSerializer.Serialize(value, TaskJson.Options.GetTypeInfo(type));
        Assert.Equal(json, JsonSerializer.Serialize(value, ApiJson.Options.GetTypeInfo(type)));
        var read = JsonSerializer.Deserialize(json, ApiJson.Options.GetTypeInfo(type));
        Assert.Equal(json, JsonSerializer.Serialize(read, TaskJson.Options.GetTypeInfo(type)));
    }

    [Fact]
    public void Of_AndWith_AContract_GiveTheArgumentsThatReflectionGives()
    {
        var arguments = TaskArguments.Of(Full, Json.Crate).With("crate", Full, Json.Crate).With("none", null, Json.Crate);
        Assert.Equal(TaskArguments.Of(Full), TaskArguments.Of(Full, Json.Crate));
        Assert.Equal(TaskArguments.Of(Full).WithNamed(TaskArguments.Named(("crate", Full), ("none", null))), arguments);
        Assert.Equal(
            "The argument name 'CRATE' is empty or given twice. Give each argument one name.",
            Assert.Throws<TaskArgumentException>(() => arguments.With("CRATE", Full, Json.Crate)).Message);
        Assert.Throws<TaskArgumentException>(() => arguments.With(" ", Full, Json.Crate));
    }

    [Fact]
    public void GetValue_WithAContract_ReadsValuesAndMessages()
    {
        var json = TaskJson.Write(Full);
        Assert.Equal(Full, new TaskResult { RunId = Run, Status = RunStatus.Succeeded, Json = json }.GetValue(Json.Crate));
        Assert.Equal(Full, new BroadcastMessage { Json = json }.GetValue(Json.Crate));
        Assert.Null(new TaskResult { RunId = Run, Status = RunStatus.Succeeded }.GetValue(Json.Crate));
        var other = new TaskResult { RunId = Run, Status = RunStatus.Succeeded, Json = "[]"u8.ToArray() };
        Assert.Throws<TaskValueMismatchException>(() => other.GetValue(Json.Crate));
        Assert.Throws<TaskFailedException>(() => new TaskResult { RunId = Run, Status = RunStatus.Failed }.GetValue(Json.Crate));
    }

    internal enum CrateSize
    {
        Small,
        Large,
    }

    internal sealed record Crate(string Content, int Count, TimeSpan Age, DateTimeOffset At, CrateSize Size);

    [JsonSourceGenerationOptions(UseStringEnumConverter = true)]
    [JsonSerializable(typeof(Crate))]
    internal sealed partial class CrateJson : JsonSerializerContext;
}
