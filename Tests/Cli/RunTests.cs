using Microsoft.AspNetCore.Http;

namespace OrleansTasks.Tests.Cli;

public sealed class RunTests(TestSilo silo) : IDisposable
{
    private readonly Tool _tool = new(silo);

    public void Dispose() => _tool.Dispose();

    [Theory]
    [InlineData("42", "run", "add", "40", "2")]
    [InlineData("42", "run", "add", "--named", "a=40", "--named", "b=2")]
    [InlineData("42", "run", "add", "--args", "[40,2]")]
    [InlineData("42", "run", "add", "--args", """{"b":2}""", "--named", "a=40")]
    [InlineData("ada@example.org", "run", "echo", "ada@example.org")]
    [InlineData("007", "run", "echo", "\"007\"")]
    [InlineData("-5", "run", "add", "--", "-7", "2")]
    public async Task Run_WithArguments_WritesTheValueAlone(string value, params string[] args) =>
        Assert.Equal(value + "\n", (await _tool.RunAsync(args)).Done());

    [Fact]
    public async Task Run_WithArgumentsFromElsewhere_ReadsThem()
    {
        Assert.Equal("3\n", (await _tool.RunAsync("run", "add", "--args", "@" + _tool.File("args.json", "[1,2]"))).Done());
        _tool.Input = "[3,4]";
        Assert.Equal("7\n", (await _tool.RunAsync("run", "add", "--args", "-")).Done());
    }

    [Fact]
    public async Task Run_ThatFails_PrintsOneLineAndExitsWith1()
    {
        var ended = await _tool.RunAsync("run", "fail", "the disk is full");
        Assert.Equal(1, ended.Code);
        Assert.Empty(ended.Out);
        Assert.Matches(
            @"^error: The run fail~[0-9a-f]{32} is failed: System\.InvalidOperationException: the disk is full\. "
                + @"See: orleanstasks show fail~[0-9a-f]{32}\n$",
            ended.Error);
    }

    [Fact]
    public async Task Run_AsJson_WritesTheResult()
    {
        var ended = await _tool.RunAsync("run", "add", "1", "2", "--output", "json");
        Assert.Equal(("succeeded", 3, "add"),
            (ended.Json.GetProperty("status").GetString(), ended.Json.GetProperty("value").GetInt32(),
                ended.Json.GetProperty("task").GetString()));
        Assert.Equal("failed", (await _tool.RunAsync("run", "fail", "x", "--output", "json")).Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Run_WaitInterrupted_ShowsHowToContinueWaiting()
    {
        const string run = "held~0199f3a26d2c7c1e9d5f0123456789ab";
        using var interrupt = new CancellationTokenSource();
        await using var server = await FakeServer.StartAsync(async http =>
        {
            http.Response.StatusCode = http.Request.Method == "POST" ? 202 : 200;
            await http.Response.WriteAsync(http.Request.Method == "POST" ? $$"""{"runId":"{{run}}"}""" : """{"status":"running"}""");
            if (http.Request.Method == "GET")
            {
                await interrupt.CancelAsync();
            }
        });
        using var error = new StringWriter();
        Assert.Equal(130, await _tool.RunAsync(["run", "held", "--server", server.Address], TextWriter.Null, error, interrupt.Token));
        Assert.Equal($"The run {run} continues. To wait for it: orleanstasks wait {run}   To stop it: orleanstasks cancel {run}\n",
            error.ToString());
    }

    [Fact]
    public async Task Run_DispatchInterrupted_SaysThatTheOutcomeIsUnknown()
    {
        using var interrupt = new CancellationTokenSource();
        await using var server = await FakeServer.StartAsync(http => interrupt.CancelAsync());
        using var error = new StringWriter();
        Assert.Equal(130, await _tool.RunAsync(["run", "held", "--server", server.Address], TextWriter.Null, error, interrupt.Token));
        Assert.Contains("Whether the run was stored is not known", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wait_UntilARunEnds_ReturnsItsResult()
    {
        var run = (await _tool.RunAsync("dispatch", "held")).Done().Trim();
        var waiting = _tool.RunAsync("wait", run);
        TestSilo.Held.Release();
        (await waiting).Done();
        Assert.Contains("had ended already: succeeded", (await _tool.RunAsync("cancel", run)).Done(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispatch_WithAKey_StoresOneRun()
    {
        string[] args = ["dispatch", "add", "1", "2", "--idempotency-key", "k1", "--delay", "PT10M"];
        var run = (await _tool.RunAsync(args)).Done();
        Assert.Equal(run, (await _tool.RunAsync(args)).Done());
        Assert.Contains("was asked to stop", (await _tool.RunAsync("cancel", run.Trim())).Done(), StringComparison.Ordinal);
        Assert.Equal(1, (await _tool.RunAsync("wait", run.Trim())).Code);
    }

    [Fact]
    public async Task Logs_OfARun_PrintsItsLines()
    {
        var run = (await _tool.RunAsync("dispatch", "note", "hello\u001b[31m")).Done().Trim();
        var log = (await _tool.RunAsync("logs", run, "--follow")).Done();
        Assert.Contains("warning", log, StringComparison.Ordinal);
        Assert.Contains("It says hello", log, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', log);
        Assert.Contains("It says hello", (await _tool.RunAsync("logs", "note")).Done(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunsAndShow_ARun_PrintIt()
    {
        (await _tool.RunAsync("run", "echo", "seen")).Done();
        var runs = (await _tool.RunAsync("runs", "echo", "--limit", "1", "--output", "json")).Json;
        var run = runs[0].GetProperty("runId").GetString()!;
        Assert.Contains("succeeded", (await _tool.RunAsync("runs", "echo")).Done(), StringComparison.Ordinal);
        Assert.Contains("value", (await _tool.RunAsync("show", run)).Done(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tail_OneTask_StartsAfterTheGivenId()
    {
        (await _tool.RunAsync("run", "echo", "tail-me")).Done();
        var lines = (await _tool.RunAsync("tail", "echo", "--last-event-id", "0", "--count", "1", "--output", "json")).Done();
        Assert.Equal("1", System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(lines).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Tail_Broadcasts_PrintsThem()
    {
        var tailing = _tool.RunAsync("tail", "--broadcasts", "--count", "1");
        for (var sent = 0; !tailing.IsCompleted && sent < 10_000; sent++)
        {
            // The stream shows only later messages, and nothing tells when it is open. So the test sends until one arrives.
            (await _tool.RunAsync("broadcast", "good morning")).Done();
        }

        Assert.EndsWith("\"good morning\"\n", (await tailing).Done(), StringComparison.Ordinal);
    }
}
