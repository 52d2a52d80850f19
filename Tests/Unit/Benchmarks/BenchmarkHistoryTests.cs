using System.Text.Json;
using OrleansTasks.Benchmarks.History;

namespace OrleansTasks.Tests.Unit;

/// <summary>A result of a benchmark becomes one line of the history, with what is needed to compare it.</summary>
public sealed class BenchmarkHistoryTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 30, 12, 30, 0, TimeSpan.FromHours(1));

    private const string Output = "round 1: 74 µs\nRESULT {\"scenario\":\"run-latency\",\"ours\":74.5}\nno RESULT {}\n";

    [Fact]
    public void Entries_OfAnOutput_HaveDateCommitProcessorsAndResult()
    {
        string[] arguments = ["run-latency", "--append", "some.jsonl", "--rounds", "1"];
        var entry = Assert.Single(BenchmarkHistory.Entries(Output, arguments, "abc1234567+", At, 2));

        Assert.Equal(
            """{"at":"2026-11-30T11:30:00Z","commit":"abc1234567+","processors":2,"arguments":"run-latency --rounds 1","result":"""
            + """{"scenario":"run-latency","ours":74.5}}""",
            entry);
    }

    [Fact]
    public void Append_ToAFile_KeepsItsContent()
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            Assert.Equal(1, BenchmarkHistory.Append(file, Output, ["run-latency"], "one", At, 2));
            Assert.Equal(2, BenchmarkHistory.Append(file, Output + Output, ["run-latency"], "two", At, 2));
            var commits = File.ReadLines(file).Select(static l => JsonDocument.Parse(l).RootElement.GetProperty("commit").GetString()!);
            Assert.Equal(["one", "two", "two"], commits);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Append_OfAnOutputWithoutResults_MakesNoFile()
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Assert.Equal(0, BenchmarkHistory.Append(file, "nothing\n", ["run-latency"], "one", At, 2));
        Assert.False(File.Exists(file));
    }

    [Fact]
    public void Writer_PassesOutputOn_AndKeepsACopy()
    {
        using var inner = new StringWriter { NewLine = "\n" };
        using var writer = new RecordingWriter(inner);

        writer.Write('a');
        writer.Write("b");
        writer.WriteLine("c");

        Assert.Equal(("abc\n", "abc\n"), (inner.ToString(), writer.ToString()));
    }
}
