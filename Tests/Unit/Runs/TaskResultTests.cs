using System.Text;
using System.Text.Json;

namespace OrleansTasks.Tests.Unit;

public sealed class TaskResultTests
{
    private static readonly TaskResult Success = new()
    {
        RunId = new RunId("fibonacci", Guid.Parse("0199f3a2-6d2c-7c1e-9d5f-0123456789ab")),
        Sequence = 7,
        Status = RunStatus.Succeeded,
        Trigger = RunTrigger.Request,
        ScheduledAt = DateTimeOffset.UnixEpoch,
        StartedAt = DateTimeOffset.UnixEpoch.AddSeconds(1),
        FinishedAt = DateTimeOffset.UnixEpoch.AddSeconds(2),
        Attempt = 1,
        Silo = "S127.0.0.1:11111:1",
        Json = "233"u8.ToArray(),
    };

    private static readonly TaskResult Failure = Success with
    {
        Status = RunStatus.TimedOut,
        Error = "Too slow.",
        ErrorType = "System.TimeoutException",
        Stack = "   at <here>",
        Trigger = RunTrigger.Schedule,
        StartedAt = null,
        Silo = null,
        Json = null,
        Attempt = 0,
    };

    [Fact]
    public void Json_OfASuccess_HasTheFieldsOfTheContract() => Assert.Equal(
        "{'runId':'fibonacci~0199f3a26d2c7c1e9d5f0123456789ab','task':'fibonacci','sequence':7,'status':'succeeded',"
        + "'successful':true,'value':233,"
        + "'trigger':'request','scheduledAt':'1970-01-01T00:00:00+00:00','startedAt':'1970-01-01T00:00:01+00:00',"
        + "'finishedAt':'1970-01-01T00:00:02+00:00',"
        + "'attempt':1,'silo':'S127.0.0.1:11111:1'}",
        Json(Success));

    [Fact]
    public void Json_OfAFailure_HasErrorTypeAndStackAndNoValue() => Assert.Equal(
        "{'runId':'fibonacci~0199f3a26d2c7c1e9d5f0123456789ab','task':'fibonacci','sequence':7,'status':'timedOut','successful':false,"
        + "'error':'Too slow.','errorType':'System.TimeoutException','stack':'   at "
        + "<here>','trigger':'schedule','scheduledAt':'1970-01-01T00:00:00+00:00',"
        + "'finishedAt':'1970-01-01T00:00:02+00:00','attempt':0}",
        Json(Failure));

    /// <summary>Returns the JSON with single quotes, which C# need not escape.</summary>
    private static string Json(TaskResult result) => JsonSerializer.Serialize(result, TaskJson.Options).Replace('"', '\'');

    public static TheoryData<TaskResult> Results => [
        Success,
        Failure,
        Success with { Json = null },
        Success with { Json = """{"a":[1,null,"ü"]}"""u8.ToArray() },
        Failure with { Status = RunStatus.Gap, Missed = 12 },
    ];

    [Theory]
    [MemberData(nameof(Results))]
    public void Json_ReadBack_IsTheSameResult(TaskResult result)
    {
        var read = JsonSerializer.Deserialize<TaskResult>(JsonSerializer.Serialize(result, TaskJson.Options), TaskJson.Options)!;

        Assert.Equal(Text(result), Text(read));
        Assert.Equal(result with { Json = null }, read with { Json = null });

        static string? Text(TaskResult r) => r.Json is null ? null : Encoding.UTF8.GetString(r.Json);
    }

    [Fact]
    public void GetValue_OfASuccess_ReadsTheValue()
    {
        Assert.Equal(233, Success.GetValue<int>());
        Assert.Equal(233, Success.Value!.Value.GetInt32());
        Assert.Equal(0, (Success with { Json = null }).GetValue<int>());
        Assert.Null((Success with { Json = "null"u8.ToArray() }).GetValue<string>());
        Assert.Throws<TaskValueMismatchException>(() => Success.GetValue<List<int>>());
    }

    [Fact]
    public void GetValue_OfAFailure_ThrowsWithTheResult()
    {
        var e = Assert.Throws<TaskFailedException>(() => Failure.GetValue<int>());

        Assert.Same(Failure, e.Result);
        Assert.Equal("fibonacci", e.Task);
        Assert.Equal("The run fibonacci~0199f3a26d2c7c1e9d5f0123456789ab ended as TimedOut: Too slow.", e.Message);
    }
}
