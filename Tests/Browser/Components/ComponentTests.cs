using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Tests.Web;
using OrleansTasks.Ui;

namespace OrleansTasks.Tests.Browser;

/// <summary>Tests components without a browser.</summary>
public sealed class ComponentTests
{
    [Fact]
    public async Task When_ShowsLocalTime_WithUtcAtHand()
    {
        await using var context = await DashboardContext.StartAsync();
        var time = context.Render<When>(p => p.Add(w => w.At, FakeTask.Epoch.AddHours(1))).Find("time");
        Assert.Equal(("05:04:05", "2026-01-02T04:04:05.000Z"), (time.TextContent, time.GetAttribute("datetime")));
        Assert.StartsWith("2026-01-02 04:04:05.000 UTC", time.GetAttribute("title"), StringComparison.Ordinal);
        Assert.Equal("–", context.Render<When>(p => p.Add(w => w.At, null)).Find("span").TextContent);
    }

    [Fact]
    public async Task Sparkline_Rendered_HasATextAlternative()
    {
        await using var context = await DashboardContext.StartAsync();
        var run = new RunId("t", Guid.Empty);
        Outcome[] outcomes =
            [.. Enumerable.Range(0, 30)
                .Select(
                    i => new Outcome(run, i == 3 ? RunStatus.Failed : RunStatus.Succeeded, FakeTask.Epoch, TimeSpan.FromMilliseconds(i)))];
        var svg = context.Render<Sparkline>(p => p.Add(s => s.Outcomes, outcomes)).Find("svg");
        Assert.Equal("Last 20 runs: 1 failed, the longest took 19 ms.", svg.GetAttribute("aria-label"));
        Assert.Equal(("bad", 20), (svg.QuerySelectorAll("rect")[16].ClassName, svg.QuerySelectorAll("rect").Length));
    }

    [Fact]
    public async Task TaskList_Searched_AsksForThatPageOnly()
    {
        await using var context = await DashboardContext.StartAsync();
        foreach (var name in Enumerable.Range(0, 60).Select(i => $"task-{i:d2}").Append("other"))
        {
            context.Tasks.Add(name);
        }

        var list = context.Render<TaskList>();
        list.WaitForAssertion(() => Assert.Equal("1 to 25 of 61", list.Find(".pager span.muted").TextContent));
        await list.InvokeAsync(() => list.FindAll(".pager button")[1].Click());
        list.WaitForAssertion(() => Assert.Equal("26 to 50 of 61", list.Find(".pager span.muted").TextContent));
        Assert.Equal("task-24", list.Find("td.name a").TextContent);
        await list.InvokeAsync(() => list.FindAll(".pager button")[0].Click());
        list.WaitForAssertion(() => Assert.Equal("other", list.Find("td.name a").TextContent));
    }

    [Fact]
    public async Task TaskList_WithASlowBrowser_KeepsTypedText()
    {
        var browser = new SlowNavigation();
        await using var context = await DashboardContext.StartAsync(browser: browser);
        context.Tasks.Add("invoices");
        context.Tasks.Add("others");
        var list = context.Render<TaskList>();
        list.WaitForAssertion(() => Assert.Equal(2, list.FindAll("td.name a").Count));
        await TypeAsync("VO", 1);
        await TypeAsync("VOI", 2);
        await TypeAsync("VOICES", 3);
        await TypeAsync("VOICES'", null);
        await list.InvokeAsync(() => list.Find("select").Change("active"));
        await list.InvokeAsync(browser.Arrive);
        Assert.EndsWith("?search=VO", browser.Uri, StringComparison.Ordinal);
        Assert.Equal("VOICES'", Field());
        await list.InvokeAsync(browser.Arrive);
        Assert.Equal("VOICES'", Field());
        await list.InvokeAsync(browser.Arrive);
        await list.InvokeAsync(browser.Arrive);
        Assert.EndsWith("?search=VOICES&state=active", browser.Uri, StringComparison.Ordinal);
        Assert.Equal("VOICES'", Field());
        await list.InvokeAsync(() => browser.Open("list?search=other"));
        list.WaitForAssertion(() => Assert.Equal("others", Assert.Single(list.FindAll("td.name a")).TextContent));
        Assert.Equal("other", Field());
        context.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, browser.UnderWay);

        string? Field() => list.Find("input[type=search]").GetAttribute("value");

        async Task TypeAsync(string text, int? underWay)
        {
            // As in the browser, the event ends when the component has taken the letters. The navigation follows later.
            await list.InvokeAsync(() => { _ = list.Find("input[type=search]").InputAsync(text); });
            if (underWay is { } count)
            {
                context.Time.Advance(TimeSpan.FromMilliseconds(250));
                list.WaitForAssertion(() => Assert.Equal(count, browser.UnderWay));
            }
        }
    }

    [Fact]
    public async Task TaskList_ClusterUnreachable_ShowsThat()
    {
        await using var context = await DashboardContext.StartAsync();
        context.Tasks.Failure = new ClusterUnreachableException("No silo.", new TimeoutException());
        var list = context.Render<TaskList>();
        list.WaitForAssertion(
            () => Assert.Contains("Not known: the cluster does not answer", list.Find("p.none").TextContent, StringComparison.Ordinal));

        // The strip at the top of the page is the only alert.
        Assert.Empty(list.FindAll("[role=alert]"));
    }

    [Fact]
    public async Task TaskDetails_PausedTask_ShowsTheReasonFirst()
    {
        await using var context = await DashboardContext.StartAsync(o => o.ReadOnly = true);
        var task = context.Tasks.Add("one");
        task.Info = task.Info with
        {
            State = TaskState.Paused,
            PausedBy = "ann",
            PausedAt = FakeTask.Epoch.AddHours(-9),
            PauseNote = "The other side is down.",
            Schedule = TaskSchedule.Every(TimeSpan.FromHours(1), FakeTask.Epoch)
        };
        var page = context.Render<TaskDetails>(p => p.Add(t => t.Name, "one"));
        page.WaitForAssertion(
            () => Assert.Contains("Paused by ann 9 h ago", page.Find(".attention.warn").TextContent, StringComparison.Ordinal));
        Assert.Contains("“The other side is down.”", page.Find(".attention.warn").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".actions"));
        page.WaitForAssertion(() => Assert.Equal(10, page.FindAll("ol.occurrences li").Count));
    }

    [Fact]
    public async Task Actions_ByAnUnauthorizedUser_AreRejectedOnTheServer()
    {
        await using var context = await DashboardContext.StartAsync(o => o.ReadOnly = true);
        context.Tasks.Add("one");
        var actions = context.Services.GetRequiredService<DashboardActions>();
        await Assert.ThrowsAsync<ActionRefusedException>(() => actions.PauseAsync("one", null, null, PausedOccurrences.Skip));
        await Assert.ThrowsAsync<ActionRefusedException>(() => actions.RunAsync("one", null));
        await Assert.ThrowsAsync<ActionRefusedException>(() => actions.BroadcastAsync(default));
        await Assert.ThrowsAsync<ActionRefusedException>(actions.StopSchedulerAsync);
        Assert.Equal((TaskState.Active, 0, true),
            (context.Tasks.Get("one").Info.State, context.Tasks.Get("one").Dispatched.Count, context.Tasks.Started));
    }

    [Fact]
    public async Task Actions_ByAnAuthorizedUser_RecordTheUserName()
    {
        await using var context = await DashboardContext.StartAsync();
        context.Tasks.Add("one");
        await context.Services.GetRequiredService<DashboardActions>().PauseAsync("one", "note", null, PausedOccurrences.CatchUp);
        Assert.Equal(("ann", "note", PausedOccurrences.CatchUp),
            (context.Tasks.Get("one").Info.PausedBy, context.Tasks.Get("one").Info.PauseNote,
                context.Tasks.Get("one").Info.PausedOccurrences));
    }

    [Fact]
    public async Task JsonBlock_IsMasked()
    {
        await using var context = await DashboardContext.StartAsync(o => o.Mask = (task, kind, json) => $"{{\"{task}\":\"{kind}\"}}");
        var block = context.Render<JsonBlock>(
            p => p.Add(b => b.Json, """{"password":"x"}""").Add(b => b.Kind, MaskedKind.Arguments).Add(b => b.Task, "one"));
        Assert.Equal("{\n  \"one\": \"Arguments\"\n}", block.Find("pre").TextContent);
    }

    [Theory]
    [InlineData("[1,2]", "adder", "{\n  \"n\": 1,\n  \"m\": 2\n}")]
    [InlineData("[1]", "adder", "{\n  \"n\": 1\n}")]
    [InlineData("[1,2,3]", "adder", "[\n  1,\n  2,\n  3\n]")]
    [InlineData("[1,2]", "unknown", "[\n  1,\n  2\n]")]
    [InlineData("{\"m\":2}", "adder", "{\n  \"m\": 2\n}")]
    public async Task RunDetails_ShowsArgumentsWithTheNamesOfTheParameters(string arguments, string handler, string expected)
    {
        await using var context = await DashboardContext.StartAsync();
        context.Tasks.Handlers =
            [new HandlerInfo
            {
                Name = "adder",
                Parameters = [new HandlerParameterInfo { Name = "n" }, new HandlerParameterInfo { Name = "m" }]
            }];
        var task = context.Tasks.Add("one");
        task.Info = task.Info with { Handler = handler };
        var run = new RunId("one", Guid.CreateVersion7());
        task.AddRun(
            new RunInfo
            {
                RunId = run,
                Status = RunStatus.Running,
                Arguments = JsonText.Arguments(arguments),
                Batch = new BatchMember(Guid.Empty, 4)
            });

        var page = context.Render<RunDetails>(p => p.Add(r => r.Id, run.ToString()));

        page.WaitForAssertion(() => Assert.Equal(expected, page.Find("section[aria-labelledby=arguments] pre").TextContent));
        Assert.Equal("batch/00000000-0000-0000-0000-000000000000", page.Find("dl.facts a").GetAttribute("href"));
    }

    [Fact]
    public async Task RunDetails_WithAMaskingHook_ShowsMaskedHeaders()
    {
        await using var context =
            await DashboardContext.StartAsync(
                o => o.Mask = (_, kind, json) =>
                    kind == MaskedKind.Headers ? json.Replace("hunter2", "hidden", StringComparison.Ordinal) : json);
        var task = context.Tasks.Add("one");
        var run = new RunId("one", Guid.CreateVersion7());
        task.AddRun(
            new RunInfo
            {
                RunId = run,
                Status = RunStatus.Running,
                Headers = new Dictionary<string, string> { ["tenant"] = "acme", ["token"] = "hunter2" }
            });

        var page = context.Render<RunDetails>(p => p.Add(r => r.Id, run.ToString()));

        page.WaitForAssertion(() => Assert.Contains("acme", page.Find("#headers + pre").TextContent, StringComparison.Ordinal));
        Assert.Contains("hidden", page.Find("#headers + pre").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BatchDetails_RunningBatch_IsCancelledAfterConfirmation()
    {
        await using var context = await DashboardContext.StartAsync();
        var id = Guid.CreateVersion7();
        context.Tasks.Batches[id] = (new BatchInfo { Id = id, Total = 5, Succeeded = 2, Failed = 1, CreatedAt = FakeTask.Epoch }, [], null);
        var dialogs = context.Render<MudBlazor.MudDialogProvider>();
        var page = context.Render<BatchDetails>(p => p.Add(b => b.Id, id.ToString()));
        page.WaitForAssertion(() => Assert.Equal("running", page.Find(".head .tag").TextContent));

        await page.InvokeAsync(() => page.Find(".actions button").Click());
        dialogs.WaitForAssertion(() => Assert.Contains("2 runs that have not ended", dialogs.Markup, StringComparison.Ordinal));
        await dialogs.InvokeAsync(() => dialogs.FindAll("button").Single(b => b.TextContent.Trim() == "Cancel the batch").Click());

        page.WaitForAssertion(() => Assert.Equal("being cancelled", page.Find(".head .tag").TextContent));
        Assert.Equal("ann", context.Tasks.Batches[id].Info.CancelledBy);
        Assert.True(page.Find(".actions button").HasAttribute("disabled"));
    }

    /// <summary>Goes from "it failed last night" to "all of them run again" on one page.</summary>
    [Fact]
    public async Task RunList_UnsuccessfulRuns_CanBeRetriedAllOrInPart()
    {
        await using var context = await DashboardContext.StartAsync();
        for (var n = 0; n < 60; n++)
        {
            var (run, at) = (new RunId($"task-{n % 3}", Guid.CreateVersion7()), FakeTask.Epoch.AddMinutes(-n));
            var status = n % 10 == 0 ? RunStatus.TimedOut : n % 10 == 1 ? RunStatus.Succeeded : RunStatus.Failed;
            var result = new TaskResult
            {
                RunId = run,
                Status = status,
                FinishedAt = at,
                Error = status == RunStatus.Succeeded ? null : $"no {n}"
            };
            context.Tasks.Kept.All.Add(new RunInfo { RunId = run, Status = status, FinishedAt = at, Result = result });
        }

        var dialogs = context.Render<MudBlazor.MudDialogProvider>();
        var page = context.Render<RunList>();
        page.WaitForAssertion(() => Assert.Equal("54 runs: 48 failed, 6 timed out", page.Find(".head .muted").TextContent));
        Assert.Equal(50, page.FindAll("tbody tr").Count);
        await page.InvokeAsync(() => page.FindAll(".pager button")[1].Click());
        page.WaitForAssertion(() => Assert.Equal(4, page.FindAll("tbody tr").Count));
        await page.InvokeAsync(() => page.FindAll(".pager button")[0].Click());
        page.WaitForAssertion(() => Assert.Equal(50, page.FindAll("tbody tr").Count));

        await page.InvokeAsync(() => page.FindAll("td.pick input")[1].Change(true));
        await page.InvokeAsync(() => page.FindAll(".bulk button")[0].Click());
        await SureAsync("1 run will be dispatched again");
        page.WaitForAssertion(() => Assert.Single(context.Tasks.Kept.Retried));
        await page.InvokeAsync(() => page.Find(".head button").Click());
        await SureAsync("54 runs, and those that end");
        page.WaitForAssertion(() => Assert.Contains("The runs are being dispatched again", page.Markup, StringComparison.Ordinal));

        var (some, all) = (context.Tasks.Kept.Retried[0], context.Tasks.Kept.Retried[1]);
        Assert.Equal(("ann", "ann", context.Tasks.Kept.All[2].RunId), (some.By, all.By, Assert.Single(some.Selection.Runs)));
        Assert.Null(all.Selection.Query!.Limit);
        Assert.DoesNotContain(RunStatus.Succeeded, all.Selection.Query.Statuses);

        async Task SureAsync(string text)
        {
            dialogs.WaitForAssertion(() => Assert.Contains(text, dialogs.Markup, StringComparison.Ordinal));
            await dialogs.InvokeAsync(() => dialogs.FindAll("button").Single(b => b.TextContent.Trim() == "Run them again").Click());
        }
    }

    /// <summary>Finds the open dead letters, and discards one with a note.</summary>
    [Fact]
    public async Task RunList_DeadLetters_ShowWhoDidWhatAndCanBeDiscarded()
    {
        await using var context = await DashboardContext.StartAsync();
        for (var n = 0; n < 3; n++)
        {
            var (run, at) = (new RunId("task", Guid.CreateVersion7()), FakeTask.Epoch.AddMinutes(-n));
            context.Tasks.Kept.All.Add(new RunInfo
            {
                RunId = run,
                Status = RunStatus.Failed,
                FinishedAt = at,
                Marks = n == 0 ? [new RunMark { State = DeadLetterState.Acknowledged, By = "bob", Note = "disk full" }] : [],
                Result = new TaskResult { RunId = run, Status = RunStatus.Failed, FinishedAt = at, Error = "no" },
            });
        }

        var dialogs = context.Render<MudBlazor.MudDialogProvider>();
        var page = context.Render<RunList>();
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll("tbody tr").Count));
        Assert.Contains("acknowledged by bob: disk full", page.FindAll("tbody tr")[0].TextContent, StringComparison.Ordinal);
        await page.InvokeAsync(() => page.FindAll(".filters select")[1].Change("Open"));
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tbody tr").Count));

        await page.InvokeAsync(() => page.FindAll("td.pick input")[1].Change(true));
        await page.InvokeAsync(() => page.FindAll(".bulk button").Single(b => b.TextContent.Trim() == "Discard…").Click());
        dialogs.WaitForAssertion(() => Assert.Contains("1 run will be marked as not to be run again", dialogs.Markup,
            StringComparison.Ordinal));
        await dialogs.InvokeAsync(() => dialogs.Find("textarea").Change("old"));
        await dialogs.InvokeAsync(() => dialogs.FindAll("button").Single(b => b.TextContent.Trim() == "Discard").Click());
        page.WaitForAssertion(() => Assert.Contains("The runs are being discarded", page.Markup, StringComparison.Ordinal));
        var (action, selection, options) = Assert.Single(context.Tasks.Kept.Applied);
        Assert.Equal((RunAction.Discard, context.Tasks.Kept.All[2].RunId, "old"), (action, Assert.Single(selection.Runs), options!.Note));
    }

    [Fact]
    public async Task BatchDetails_UnauthorizedUser_HasNoButtonAndTheActionIsRejected()
    {
        await using var context = await DashboardContext.StartAsync(o => o.ReadOnly = true);
        var id = Guid.CreateVersion7();
        context.Tasks.Batches[id] = (new BatchInfo { Id = id, Total = 1 }, [], null);

        var page = context.Render<BatchDetails>(p => p.Add(b => b.Id, id.ToString()));

        page.WaitForAssertion(() => Assert.Equal("running", page.Find(".head .tag").TextContent));
        Assert.Empty(page.FindAll(".actions"));
        await Assert.ThrowsAsync<ActionRefusedException>(
            () => context.Services.GetRequiredService<DashboardActions>().CancelBatchAsync(id));
        Assert.Null(context.Tasks.Batches[id].Info.CancelledAt);
    }

    [Fact(Timeout = 60_000)]
    public async Task Live_EventWithoutATask_ShowsTextWithoutALink()
    {
        await using var context = await DashboardContext.StartAsync();
        var page = context.Render<Live>();
        await context.Tasks.Reaches(t => t.EventSubscribers > 0);
        context.Tasks.Tell(new TaskEvent { Task = "", Kind = TaskEventKind.StorageLost, At = FakeTask.Epoch, Note = "partition 3" });
        while (!page.Markup.Contains("storage lost data", StringComparison.Ordinal))
        {
            // The page shows the event at the first tick after it has received it.
            Xunit.TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            context.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.NotEmpty(page.FindAll(".tag.bad"));
        Assert.Empty(page.FindAll("tbody a"));
    }
}
