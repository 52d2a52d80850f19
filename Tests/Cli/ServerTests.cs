using System.Net;
using Microsoft.AspNetCore.Http;

namespace OrleansTasks.Tests.Cli;

/// <summary>Checks how the tool handles answers of servers, and which server it asks.</summary>
public sealed class ServerTests : IDisposable
{
    private const string Run = "add~0199f3a26d2c7c1e9d5f0123456789ab";
    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Theory]
    [InlineData(3, 503,
        """{"type":"urn:orleans-tasks:cluster-unreachable","title":"The cluster is out of reach","detail":"No silo answered."}""",
        "The cluster is out of reach: No silo answered.")]
    [InlineData(4, 503, """{"type":"urn:orleans-tasks:scheduler-stopped","title":"The scheduler is not started","detail":"Start it."}""",
        "The scheduler is not started: Start it.")]
    [InlineData(4, 409,
        """{"type":"urn:orleans-tasks:task-cancelled","title":"The task was cancelled","detail":"The task was cancelled by ada."}""",
        "The task was cancelled by ada.")]
    [InlineData(4, 403, "", "denied the request (403)")]
    [InlineData(4, 404, "<html>", "has nothing at /api/scheduler")]
    [InlineData(3, 502, "<html>", "answered 502 Bad Gateway. See")]
    [InlineData(3, 200, "<html>", "that is not JSON")]
    public async Task ErrorResponse_Any_PrintsOneLineAndSetsTheExitCode(int code, int status, string body, string says)
    {
        await using var server = await FakeServer.StartAsync(status, body);
        var ended = await _tool.RunAsync("scheduler", "status", "--server", server.Address);
        Assert.Equal(code, ended.Code);
        Assert.Contains(says, ended.Error, StringComparison.Ordinal);
        Assert.Single(ended.Error.TrimEnd().Split('\n'));
        Assert.Empty(ended.Out);
    }

    [Fact]
    public async Task Problem_AsJson_IsPrintedUnchanged()
    {
        const string problem = """{"type":"urn:orleans-tasks:task-not-found","detail":"There is none.","task":"x"}""";
        await using var server = await FakeServer.StartAsync(404, problem);
        Assert.Equal(problem + "\n", (await _tool.RunAsync("show", "x", "--server", server.Address, "--output", "json")).Error);
    }

    [Fact]
    public async Task Server_NotRunning_IsReportedAsUnreachable()
    {
        var ended = await _tool.RunAsync("list", "--server", $"127.0.0.1:{Ports.Take()}");
        Assert.Equal(3, ended.Code);
        Assert.Contains("is out of reach: Connection refused", ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list", "--limit", "0")]
    [InlineData("list", "--state", "asleep")]
    [InlineData("bogus")]
    [InlineData("scheduler", "restart")]
    [InlineData("run")]
    [InlineData("run", "add", "1", "--args", "[2]")]
    [InlineData("run", "add", "--args", "13")]
    [InlineData("run", "add", "--args", "@/no/such/file")]
    [InlineData("run", "add", "--named", "x")]
    [InlineData("run", "add", "--timeout", "5")]
    [InlineData("cancel")]
    [InlineData("cancel", "add")]
    [InlineData("retry")]
    [InlineData("retry", "add")]
    [InlineData("tail", "add", "--broadcasts")]
    [InlineData("preview")]
    [InlineData("preview", "--cron", "61 * * * *")]
    [InlineData("backfill", "add", "--from", "yesterday", "--to", "2027-01-01T00:00:00Z")]
    [InlineData("list", "--server", "ftp://x")]
    [InlineData("list", "--profile", "nobody")]
    [InlineData("list", "--server", "x", "--profile", "y")]
    public async Task Usage_Wrong_ExitsWith2WithoutARequest(params string[] args)
    {
        var ended = await _tool.RunAsync(args);
        Assert.Equal(2, ended.Code);
        Assert.StartsWith("error: ", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
        Assert.Empty(ended.Out);
    }

    [Fact]
    public async Task Retry_OneSomeOrAQuery_SendsTheMatchingRequest()
    {
        await using var server = await FakeServer.StartAsync(202, """{"runId":"x"}""");
        _tool.Variables["ORLEANSTASKS_SERVER"] = server.Address;
        Assert.Equal("x\n", (await _tool.RunAsync("retry", Run)).Done());
        Assert.Contains("The run x makes them again", (await _tool.RunAsync("retry", Run, Run)).Done(), StringComparison.Ordinal);
        Assert.Equal(2, (await _tool.RunAsync("retry", "--status", "failed")).Code);
        (await _tool.RunAsync("retry", "--status", "failed", "--task", "add", "--yes")).Done();
        Assert.Equal(
            [$"POST /api/runs/{Run}/retry {{}}", $$"""POST /api/runs/retry {"runIds":["{{Run}}","{{Run}}"]}""",
                "POST /api/runs/retry?task=add&status=failed {}"],
            server.Asked.Select(static a => $"{Uri.UnescapeDataString(a.Request)} {a.Body}"));
    }

    [Fact]
    public async Task Acknowledge_OneSomeOrAQuery_SendsTheMatchingRequest()
    {
        await using var server = await FakeServer.StartAsync(202, """{"runId":"x"}""");
        _tool.Variables["ORLEANSTASKS_SERVER"] = server.Address;
        Assert.Equal("x\n", (await _tool.RunAsync("acknowledge", Run, "--note", "seen")).Done());
        Assert.Contains("The run x discards them", (await _tool.RunAsync("discard", Run, Run)).Done(), StringComparison.Ordinal);
        Assert.Equal(2, (await _tool.RunAsync("discard", "--dead-letter", "open")).Code);
        (await _tool.RunAsync("discard", "--dead-letter", "open", "--note", "old", "--yes")).Done();
        Assert.Equal(
            [$$"""POST /api/runs/{{Run}}/acknowledge {"note":"seen"}""", $$"""POST /api/runs/discard {"runIds":["{{Run}}","{{Run}}"]}""",
                """POST /api/runs/discard?deadLetter=open {"note":"old"}"""],
            server.Asked.Select(static a => $"{Uri.UnescapeDataString(a.Request)} {a.Body}"));
    }

    [Fact]
    public async Task Runs_WithFilters_SearchesAllTasks()
    {
        await using var server = await FakeServer.StartAsync(200, """{"items":[],"next":null}""");
        Assert.Equal("There are no such runs.\n",
            (await _tool.RunAsync("runs", "--status", "failed", "--tag", "a b", "--server", server.Address + "/x/")).Done());
        Assert.Equal("GET /x/runs?status=failed&tag=a%20b&limit=20", server.Asked.Single().Request);
    }

    [Fact]
    public async Task Tail_ConnectionEnds_ResumesAfterTheLastEvent()
    {
        var connections = 0;
        await using var server = await FakeServer.StartAsync(async http =>
        {
            if (++connections == 2)
            {
                http.Response.StatusCode = (int)HttpStatusCode.ServiceUnavailable;
                return;
            }

            http.Response.ContentType = "text/event-stream";
            await http.Response.WriteAsync(
                $"id: {connections * 10}\n\nid: {(connections * 10) + 1}\nevent: result\ndata: "
                    + $"{{\"task\":\"t\",\"status\":\"succeeded\",\"value\":{connections}}}\n\n: comment\n\n");
        });
        var ended = await _tool.RunAsync("tail", "t", "--count", "2", "--server", server.Address);
        Assert.Equal("t  succeeded  1\nt  succeeded  3\n", ended.Done());
        Assert.Equal([null, "11", "11"], server.Asked.Select(static a => a.LastEventId));
        Assert.Contains("connecting again", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_FromAVariable_IsSentToItsServerOnly()
    {
        await using var server = await FakeServer.StartAsync(200, """{"items":[]}""");
        await using var other = await FakeServer.StartAsync(200, """{"items":[]}""");
        (_tool.Variables["ORLEANSTASKS_SERVER"], _tool.Variables["ORLEANSTASKS_TOKEN"]) = (server.Address, "s3cret");
        (await _tool.RunAsync("list")).Done();
        (await _tool.RunAsync("list", "--server", other.Address)).Done();
        (await _tool.RunAsync("list", "--server", other.Address, "--token", "@" + _tool.File("token", "from-file\n"))).Done();
        Assert.Equal(["Bearer s3cret"], server.Asked.Select(static a => a.Authorization));
        Assert.Equal(["", "Bearer from-file"], other.Asked.Select(static a => a.Authorization));
    }

    [Fact]
    public async Task Redirection_IsReportedAndNotFollowed()
    {
        await using var other = await FakeServer.StartAsync(200, "{}");
        await using var server = await FakeServer.StartAsync(http =>
        {
            http.Response.Redirect(other.Address);
            return Task.CompletedTask;
        });
        var ended = await _tool.RunAsync("list", "--server", server.Address, "--token", "x");
        Assert.Equal((4, 0), (ended.Code, other.Asked.Count));
        Assert.Contains(other.Address, ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profile_Set_IsUsedAndReadableByItsOwnerOnly()
    {
        await using var server = await FakeServer.StartAsync(200, """{"items":[]}""");
        _tool.Input = "piped\n";
        (await _tool.RunAsync("profile", "set", "prod", "--server", server.Address, "--token", "-")).Done();
        (await _tool.RunAsync("profile", "set", "test", "--server", "http://127.0.0.1:1")).Done();
        (await _tool.RunAsync("list")).Done();
        Assert.Equal("Bearer piped", server.Asked.Single().Authorization);
        Assert.Equal(3, (await _tool.RunAsync("list", "--profile", "test")).Code);
        var list = (await _tool.RunAsync("profile", "list")).Done();
        Assert.Contains("prod", list, StringComparison.Ordinal);
        Assert.DoesNotContain("piped", list, StringComparison.Ordinal);
        (await _tool.RunAsync("profile", "use", "test")).Done();
        Assert.Equal(3, (await _tool.RunAsync("list")).Code);
        (await _tool.RunAsync("profile", "remove", "test")).Done();
        Assert.Equal(4, (await _tool.RunAsync("profile", "use", "test")).Code);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_tool.Profiles));
        }
    }

    [Theory]
    [InlineData(true, null, true)]
    [InlineData(true, "1", false)]
    [InlineData(false, null, false)]
    public async Task Colors_AreUsedOnTerminalsOnly(bool terminal, string? noColor, bool coloured)
    {
        await using var server = await FakeServer.StartAsync(200, """{"items":[{"name":"a","state":"paused","handlerAvailable":true}]}""");
        _tool.IsTerminal = terminal;
        _tool.Variables["NO_COLOR"] = noColor!;
        Assert.Equal(coloured, (await _tool.RunAsync("list", "--server", server.Address)).Done().Contains('\u001b'));
    }

    [Theory]
    [InlineData("list", "[suggest:2]", "li")]
    [InlineData("status", "[suggest:12]", "scheduler st")]
    [InlineData("--time-zone", "[suggest:15]", "preview --time-")]
    public async Task Completion_SuggestsWords(string word, params string[] args) =>
        Assert.Contains(word, (await _tool.RunAsync(args)).Lines);

    [Theory]
    [InlineData("bash", "complete -F")]
    [InlineData("zsh", "compdef")]
    [InlineData("fish", "complete -f")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task Completion_ForAShell_PrintsAScript(string shell, string part) =>
        Assert.Contains(part, (await _tool.RunAsync("completion", shell)).Done(), StringComparison.Ordinal);
}
