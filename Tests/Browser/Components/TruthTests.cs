using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Tests.Web;
using OrleansTasks.Ui;

namespace OrleansTasks.Tests.Browser;

/// <summary>Tests that pages show what the cluster says, and nothing else as a fact.</summary>
public sealed class TruthTests
{
    [Fact(Timeout = 60_000)]
    public async Task Overview_OpenedAfterFailures_ShowsTheHourBefore()
    {
        await using var context = await DashboardContext.StartAsync();
        Keep(context, 120, "orders", RunStatus.Failed, TimeSpan.FromMinutes(10));
        Keep(context, 3, "invoices", RunStatus.Lost, TimeSpan.FromHours(5));

        // A success afterwards does not hide the failures.
        Keep(context, 1, "orders", RunStatus.Succeeded, TimeSpan.FromSeconds(30));

        var page = context.Render<Overview>();
        await TickAsync(context, page, "123 runs of 2 tasks failed within a day");

        var tile = page.FindAll("a.tile")[0];
        Assert.Equal(("120", "runs?status=failed,timedOut,lost&within=1"),
            (tile.QuerySelector(".figure")!.TextContent, tile.GetAttribute("href")));
        Assert.Equal(["orders", "invoices"], page.FindAll(".attention.bad li a").Select(a => a.TextContent));
    }

    [Fact(Timeout = 60_000)]
    public async Task Overview_IndexNotReadable_ShowsNoFigure()
    {
        await using var context = await DashboardContext.StartAsync();
        context.Tasks.KeptFailure = new TimeoutException();
        var page = context.Render<Overview>();
        await TickAsync(context, page, "Not known yet");
        Assert.Equal("–", page.FindAll("a.tile")[0].QuerySelector(".figure")!.TextContent);
        Assert.Empty(page.FindAll(".attention.good"));
    }

    [Fact]
    public async Task TaskList_Failing_ShowsTasksOfTheIndexThatMatchAllFilters()
    {
        await using var context = await DashboardContext.StartAsync();
        for (var i = 0; i < 40; i++)
        {
            var task = context.Tasks.Add($"task-{i:d2}");
            task.Info = task.Info with { Handler = i >= 30 ? "late" : "early" };
            Keep(context, 1, $"task-{i:d2}", RunStatus.Failed, TimeSpan.FromMinutes(i));
        }

        context.Tasks.Add("fine");
        context.Go("list?show=failing&handler=late");
        var list = context.Render<TaskList>();
        list.WaitForAssertion(
            () => Assert.Equal(Enumerable.Range(30, 10).Select(i => $"task-{i}"), list.FindAll("td.name a").Select(a => a.TextContent)));
    }

    [Fact]
    public async Task TaskList_NextPage_IsInTheAddress_AndAFilterLeavesIt()
    {
        await using var context = await DashboardContext.StartAsync();
        foreach (var i in Enumerable.Range(0, 60))
        {
            context.Tasks.Add($"task-{i:d2}");
        }

        var navigation = context.Services.GetRequiredService<NavigationManager>();
        context.Go("list?after=task-24&skip=25");
        var list = context.Render<TaskList>();
        list.WaitForAssertion(() => Assert.Equal("26 to 50 of 60", list.Find(".pager span.muted").TextContent));
        await list.InvokeAsync(() => list.FindAll(".pager button")[1].Click());
        list.WaitForAssertion(() => Assert.Equal("51 to 60 of 60", list.Find(".pager span.muted").TextContent));
        Assert.EndsWith("list?after=task-49&skip=50", navigation.Uri, StringComparison.Ordinal);
        await list.InvokeAsync(() => list.Find("select").Change("active"));
        Assert.EndsWith("list?state=active", navigation.Uri, StringComparison.Ordinal);
        list.WaitForAssertion(() => Assert.Equal("1 to 25 of 60", list.Find(".pager span.muted").TextContent));
    }

    [Fact]
    public async Task HistoryPanel_Filtered_FindsRunsThatAreNotLoaded()
    {
        await using var context = await DashboardContext.StartAsync();
        var task = context.Tasks.Add("orders");
        Keep(context, 120, "orders", RunStatus.Failed, TimeSpan.FromHours(1));
        Keep(context, 9, "orders", RunStatus.Succeeded, TimeSpan.FromMinutes(1));
        context.Go("task/orders?status=Failed");
        var panel = context.Render<HistoryPanel>(p => p.Add(h => h.Of, task.Info));
        panel.WaitForAssertion(() => Assert.Equal(50, panel.FindAll("tbody tr").Count));
        await panel.InvokeAsync(() => panel.Find("button").Click());
        panel.WaitForAssertion(() => Assert.Equal(100, panel.FindAll("tbody tr").Count));
        await panel.InvokeAsync(() => panel.Find("button").Click());
        panel.WaitForAssertion(() => Assert.Equal(120, panel.FindAll("tbody tr").Count));
        Assert.Empty(panel.FindAll("button"));
    }

    [Fact]
    public async Task RunDialog_HandlerWithoutNamedParameters_TakesJson()
    {
        await using var context = await DashboardContext.StartAsync();
        context.Tasks.Add("one");
        var dialogs = context.Render<MudBlazor.MudDialogProvider>();
        var handler = new HandlerInfo { Name = "one" };
        _ = dialogs.InvokeAsync(
            () => RunDialog.AskAsync(context.Services.GetRequiredService<MudBlazor.IDialogService>(), "one", handler, null));
        dialogs.WaitForAssertion(() => Assert.Equal("Enter JSON instead", dialogs.Find("button.link").TextContent));
        await dialogs.InvokeAsync(() => dialogs.Find("button.link").Click());
        await dialogs.InvokeAsync(() => dialogs.Find("textarea").Input("[1,2]"));

        // The key Enter submits the form, which does not run the task.
        await dialogs.InvokeAsync(() => dialogs.Find("form").Submit());
        Assert.Empty(context.Tasks.Get("one").Dispatched);
        await dialogs.InvokeAsync(() => dialogs.FindAll("button").Single(b => b.TextContent.Trim() == "Run now").Click());
        dialogs.WaitForAssertion(() => Assert.Equal(2, Assert.Single(context.Tasks.Get("one").Dispatched).Arguments!.Count));
    }

    [Fact(Timeout = 60_000)]
    public async Task Actions_WhileTheClusterDoesNotAnswer_AreNotRequested()
    {
        await using var context = await DashboardContext.StartAsync();
        context.Tasks.Add("one");
        var page = context.Render<Overview>();
        await TickAsync(context, page, "scheduler started");
        context.Tasks.Failure = new ClusterUnreachableException("No silo.", new TimeoutException());
        await TickAsync(context, page, "scheduler was started");
        context.Tasks.Failure = null;
        var actions = context.Services.GetRequiredService<DashboardActions>();
        await Assert.ThrowsAsync<ClusterUnreachableException>(() => actions.RunAsync("one", null));
        Assert.Empty(context.Tasks.Get("one").Dispatched);
    }

    [Fact]
    public async Task TaskDetails_CancelledTask_IsRevivedAsItWas()
    {
        await using var context = await DashboardContext.StartAsync();
        var task = context.Tasks.Add("one");
        task.Info = task.Info with { State = TaskState.Cancelled, Handler = "other" };
        var page = context.Render<TaskDetails>(p => p.Add(t => t.Name, "one"));
        page.WaitForAssertion(() => Assert.Contains(page.FindAll(".actions button"), b => b.TextContent.Trim() == "Revive"));
        await page.InvokeAsync(() => page.FindAll(".actions button").Single(b => b.TextContent.Trim() == "Revive").Click());
        Assert.Equal((TaskState.Active, "other"), (context.Tasks.Get("one").Info.State, context.Tasks.Get("one").Info.Handler));
    }

    [Fact]
    public void Timeline_OfARepeatedRun_CallsItsStartNoLateOne()
    {
        var run = new RunInfo
        {
            RunId = new RunId("t", Guid.Empty),
            Status = RunStatus.Running,
            Attempt = 1,
            Losses = 1,
            ScheduledAt = FakeTask.Epoch,
            StartedAt = FakeTask.Epoch.AddMinutes(5),
        };
        var steps = RunTimeline.Of(run, FakeTask.Epoch.AddMinutes(6));
        Assert.Equal(["Was due", "Lost with its silo", "Began, again", "Runs"], steps.Select(s => s.Title));
        Assert.Equal("", steps[2].Text);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("list", true)]
    [InlineData("task/a b", true)]
    [InlineData("run/x", true)]
    [InlineData("task", false)]
    [InlineData("lists", false)]
    [InlineData("task/a/b", false)]
    public void HasPage_OfAnAddress_IsWhatTheRouterFinds(string? page, bool expected) =>
        Assert.Equal(expected, DashboardEndpoints.HasPage(page));

    private static void Keep(DashboardContext context, int count, string task, RunStatus status, TimeSpan ago)
    {
        for (var i = 0; i < count; i++)
        {
            var (run, at) = (new RunId(task, Guid.CreateVersion7()), FakeTask.Epoch - ago - TimeSpan.FromSeconds(i));
            var result = new TaskResult
            {
                RunId = run,
                Status = status,
                FinishedAt = at,
                Error = status == RunStatus.Succeeded ? null : "It broke.",
            };
            context.Tasks.Kept.All.Add(new RunInfo { RunId = run, Status = status, FinishedAt = at, Result = result });
        }
    }

    /// <summary>Moves the clock until the page shows a text. The feed reads and tells its pages as time passes.</summary>
    private static async Task TickAsync<T>(DashboardContext context, IRenderedComponent<T> page, string text)
        where T : IComponent
    {
        while (!page.Markup.Contains(text, StringComparison.Ordinal))
        {
            Xunit.TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            context.Time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Yield();
        }
    }
}
