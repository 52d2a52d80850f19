using System.Text.Json;
using OrleansTasks.Records;

namespace OrleansTasks.Tests.Unit.Grains;

/// <summary>Tests the stored form of a history page.</summary>
public sealed class StoredResultsTests
{
    private static readonly DateTimeOffset Due = new(2026, 3, 29, 2, 30, 0, 123, TimeSpan.FromHours(2));

    [Fact]
    public void Read_WrittenResults_RoundTrips()
    {
        TaskResult[] results =
        [
            Result(1),
            Result(2) with
            {
                Status = RunStatus.Failed,
                Error = "no \"<file>\"",
                ErrorType = "System.IO.IOException",
                Stack = "at …",
                Attempt = 3
            },
            Result(3) with { Status = RunStatus.Expired, StartedAt = null, Attempt = 0, Silo = null },
            Result(4) with { Silo = null },
            Result(5) with { Silo = "S127.0.0.1:2:2" },
            Result(6) with
            {
                Silo = "S127.0.0.1:2:2",
                StartedAt = Due.ToUniversalTime().AddTicks(-1),
                FinishedAt = Due.ToUniversalTime().AddDays(300)
            },
            Result(7) with { Json = "null"u8.ToArray() },
            Result(8) with { Json = null },
            Result(9) with
            {
                Json = """{"text":"ä < é","n":1.50}"""u8.ToArray(),
                Trigger = RunTrigger.Continuation,
                Parent = new RunId("other", Guid.CreateVersion7()),
                RequestedBy = "ann"
            },
            Result(10) with
            {
                Arguments = TaskArguments.Named(("n", 13)),
                Missed = 4,
                Log = [new RunLogLine(Due.ToUniversalTime(), Microsoft.Extensions.Logging.LogLevel.Warning, "Disk", "low")]
            },
        ];

        var read = StoredResults.Read("t", new HistoryPage { Version = 2, Packed = StoredResults.Write(results) });

        Assert.Equal(results.Select(Text), read.Select(Text));
        Assert.Equal(results.Select(r => r.ScheduledAt.Offset), read.Select(r => r.ScheduledAt.Offset));
        Assert.Equal(results.Select(r => r.HasValue), read.Select(r => r.HasValue));
    }

    [Fact]
    public void Read_OfAPageOfTheFirstVersion_HasItsResults()
    {
        TaskResult[] results = [Result(1), Result(2) with { Status = RunStatus.Failed, Error = "no" }];

        var read = StoredResults.Read("t", new HistoryPage { Results = JsonSerializer.Serialize(results, StoredJson.Options) });

        Assert.Equal(results.Select(Text), read.Select(Text));
    }

    [Fact]
    public void Write_TypicalResult_IsShort()
    {
        var results = Enumerable.Range(1, 64).Select(n => Result(n) with { Json = null }).ToList();

        Assert.InRange(StoredResults.Write(results).Length / results.Count, 1, 140);
    }

    private static TaskResult Result(long sequence) => new()
    {
        RunId = new RunId("t", Guid.CreateVersion7()),
        Sequence = sequence,
        Status = RunStatus.Succeeded,
        Trigger = RunTrigger.Schedule,
        ScheduledAt = Due,
        StartedAt = Due.ToUniversalTime().AddMilliseconds(2),
        FinishedAt = Due.ToUniversalTime().AddMilliseconds(5),
        Attempt = 1,
        Silo = "S127.0.0.1:1:1",
        Json = "13"u8.ToArray(),
    };

    private static string Text(TaskResult result) => JsonSerializer.Serialize(result, StoredJson.Options);
}
