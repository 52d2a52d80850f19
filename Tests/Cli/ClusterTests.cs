using Microsoft.AspNetCore.Http;

namespace OrleansTasks.Tests.Cli;

public sealed class ClusterTests(TestSilo silo) : IDisposable
{
    private readonly Tool _tool = new(silo);

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task ListAndShow_Tasks_PrintThem()
    {
        Assert.Contains((await _tool.RunAsync("list", "--prefix", "rep")).Lines,
            static l => l.StartsWith("report  active  Monday to Friday at 09:00 (Europe/Berlin)", StringComparison.Ordinal));
        Assert.Contains("add",
            (await _tool.RunAsync("list", "--output", "json")).Json.EnumerateArray().Select(static t => t.GetProperty("name").GetString()));
        Assert.Contains("schedule", (await _tool.RunAsync("show", "report")).Done(), StringComparison.Ordinal);
        var unknown = await _tool.RunAsync("show", "nobody");
        Assert.Equal(4, unknown.Code);
        Assert.Contains("No such task: ", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PauseAndResume_ATask_ChangeItsState()
    {
        await silo.Client.ScheduleAsync(
            new TaskRegistration { Name = "to-pause", Handler = "report", Schedule = TaskSchedule.Cron("0 9 * * *") },
            TestContext.Current.CancellationToken);
        Assert.StartsWith("to-pause is paused",
            (await _tool.RunAsync("pause", "to-pause", "--note", "holidays", "--until", "2100-01-01T00:00:00Z")).Done(),
            StringComparison.Ordinal);
        Assert.Contains("holidays", (await _tool.RunAsync("show", "to-pause")).Done(), StringComparison.Ordinal);
        Assert.StartsWith("to-pause is active; next due ", (await _tool.RunAsync("resume", "to-pause")).Done(), StringComparison.Ordinal);
        Assert.StartsWith("to-pause~", (await _tool.RunAsync("trigger", "to-pause")).Done(), StringComparison.Ordinal);
        Assert.Equal(2,
            (await _tool.RunAsync("backfill", "to-pause", "--from", "2026-01-01T00:00:00Z", "--to", "2026-01-02T23:00:00Z")).Lines.Length);
        (await _tool.RunAsync("cancel", "--task", "to-pause")).Done();
        Assert.Equal(4, (await _tool.RunAsync("resume", "to-pause")).Code);
    }

    [Fact]
    public async Task OccurrencesAndPreview_ASchedule_ListComingOccurrences()
    {
        Assert.Equal(3, (await _tool.RunAsync("occurrences", "report", "--count", "2")).Lines.Length);
        string[] cron = ["preview", "--cron", "30 2 * * *", "--time-zone", "Europe/Berlin", "--from", "2027-03-27T12:00:00Z"];
        Assert.Contains("2027-03-28 01:00:00Z  2027-03-28T03:00:00+02:00  [\"clocksForward\"]",
            (await _tool.RunAsync([.. cron, "--count", "1"])).Done(), StringComparison.Ordinal);
        var compared = (await _tool.RunAsync([.. cron, "--to", "2027-03-30T12:00:00Z", "--task", "report"])).Done();
        Assert.Contains("+ 2027-03-28 01:00:00Z", compared, StringComparison.Ordinal);
        Assert.Contains("- 2027-03-29 07:00:00Z", compared, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_ThatNeedsAToken_ReceivesIt()
    {
        var refused = await _tool.RunAsync("list", "--server", $"{silo.Address}/secret/api");
        Assert.Equal(4, refused.Code);
        Assert.Contains("Give a token", refused.Error, StringComparison.Ordinal);
        (await _tool.RunAsync("list", "--server", $"{silo.Address}/secret/api", "--token", TestSilo.Token)).Done();
        Assert.Equal(4, (await _tool.RunAsync("doctor", "--server", $"{silo.Address}/secret/api", "--token", "wrong")).Code);
    }

    [Fact]
    public async Task Doctor_HealthyCluster_ReportsNoProblems()
    {
        var ended = await _tool.RunAsync("doctor");
        Assert.Contains("No problems were found.", ended.Done(), StringComparison.Ordinal);
        Assert.Contains("ok    health/ready: It is healthy.", ended.Out, StringComparison.Ordinal);
        Assert.Contains("ok    partitions: All 16 have an owner, on 1 silos.", ended.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_UnhealthyCluster_ReportsProblemsAndRemedies()
    {
        await using var server = await FakeServer.StartAsync(http =>
        {
            http.Response.Headers.Date = "Mon, 01 Jan 2024 00:00:00 GMT";
            http.Response.StatusCode = http.Request.Path.StartsWithSegments("/health/ready") ? 503 : 200;
            return http.Response.WriteAsync(http.Request.Path.Value switch
            {
                "/api/scheduler" =>
                    """{"state":"mixed","partitions":[{"partition":0,"partitionCount":3,"silo":"A","storageTrouble":"disk full"},"""
                        + """{"partition":1,"partitionCount":3,"silo":""}]}""",
                "/api/silos" => """[{"silo":"A","running":1,"partitions":2},{"silo":"B","partitions":0}]""",
                "/api/handlers" => """{"items":[{"name":"h","silos":["A"]}],"next":null}""",
                "/api/overview" =>
                    """{"withoutHandler":1,"firstWithoutHandler":[{"name":"t","handler":"gone"}],"oldestDue":["""
                        + """{"runId":"r","dueAt":"2023-12-31T00:00:00Z"}],"dueRuns":1,"nextDue":[]}""",
                "/api/tasks" => """{"items":[{"name":"bad","scheduleFault":"never"}],"next":null}""",
                _ => "{}",
            });
        });
        var token = $"x.{Convert.ToBase64String("""{"exp":1000}"""u8).TrimEnd('=')}.y";
        var ended = await _tool.RunAsync("doctor", "--server", server.Address, "--token", token, "--output", "json");
        Assert.Equal(1, ended.Code);
        var mend = ended.Json.EnumerateArray().Where(static f => f.GetProperty("level").GetString() == "mend")
            .Select(static f => f.GetProperty("what").GetString());
        Assert.Equal(["token", "clock", "scheduler", "partitions", "storage", "health/ready", "silo", "handlers", "runs", "schedule"],
            mend);
        Assert.Contains("handler",
            ended.Json.EnumerateArray().Where(static f => f.GetProperty("level").GetString() == "note")
                .Select(static f => f.GetProperty("what").GetString()));
    }
}
