using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OrleansTasks.Tests.Browser;

/// <summary>Does what an operator does, in a real browser against the real programs.</summary>
[Collection("dashboard")]
public sealed class DashboardTests(DashboardPrograms programs)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Overview_Open_UpdatesLive()
    {
        await using var window = await OpenAsync();
        await window.GoAsync();
        await Expect(window.Page).ToHaveTitleAsync("Overview · Tasks");
        await window.SeesAsync("scheduler started");
        await window.SeesAsync("16 partitions");
        await Expect(window.Page.Locator("svg[aria-label*=' succeeded, ']").First).ToHaveAttributeAsync("aria-label",
            new System.Text.RegularExpressions.Regex("[1-9][0-9]* runs? succeeded"));
        await window.Page.Keyboard.PressAsync("t");
        await Expect(window.Page.Locator("h1")).ToHaveTextAsync("Tasks");
    }

    [Fact]
    public async Task List_SearchedAndFiltered_ShowsMatchingTasks()
    {
        await programs.PutAsync("invoices.send",
            new
            {
                handler = "greet",
                schedule = new { cron = "0 7 * * *", timeZone = "Europe/Berlin" },
                args = new[] { "x" },
                options = new { tags = new[] { "billing" }, description = "Sends them." }
            });
        await using var window = await OpenAsync();
        await window.GoAsync("list");
        await Expect(window.Link("tick")).ToBeVisibleAsync();
        await window.Page.Keyboard.PressAsync("/");
        await window.Page.Keyboard.TypeAsync("VOICE");
        await Expect(window.Link("tick")).ToBeHiddenAsync();
        await Expect(window.Link("invoices.send")).ToBeVisibleAsync();
        await window.SeesAsync("1 task found");
        await window.SeesAsync("Every day at 07:00 (Europe/Berlin)");
        await Expect(window.Page).ToHaveURLAsync(new Regex("[?&]search=VOICE$"));
        await window.Link("billing").ClickAsync();
        await Expect(window.Page.GetByLabel("Tag")).ToHaveValueAsync("billing");
        await Expect(window.Page.Locator("table.tasks tbody tr")).ToHaveCountAsync(1);
        await window.Page.GetByLabel("Tag").FillAsync("nothing has it");
        await window.Page.GetByLabel("Tag").BlurAsync();
        await window.SeesAsync("No matching tasks");
    }

    [Fact]
    public async Task Typing_FarFromTheServer_LosesNothing()
    {
        await programs.PutAsync("far", new { handler = "greet", schedule = new { cron = "0 9 * * *" }, args = new[] { "x" } });
        await using var window = await OpenAsync();
        var answers = await window.GateAsync();
        var keys = window.Page.Keyboard;

        // Types text before the page's heading gets the focus, before the server answers the first letter, and afterwards.
        answers.HoldFrom("tasksDashboard.focusHeading");
        await window.GoAsync("list");
        var search = window.Page.GetByRole(AriaRole.Searchbox);
        await search.FocusAsync();
        await answers.HeldAsync("tasksDashboard.focusHeading");
        await keys.TypeAsync("a");
        await answers.HeldAsync("search=a");
        await keys.TypeAsync(" long name");
        answers.ReleaseThrough("search=a");
        await Expect(window.Page).ToHaveURLAsync(new Regex("search=a$"));
        await keys.TypeAsync(" of a task");
        answers.Release();
        await window.SeesAsync("No matching tasks");
        await Expect(search).ToHaveValueAsync("a long name of a task");
        await Expect(window.Page).ToHaveURLAsync(new Regex("a%20long%20name%20of%20a%20task$"));

        await window.GoAsync("task/far");
        await window.Button("Edit schedule…").ClickAsync();
        await Expect(window.Page.Locator("[role=dialog]:focus, [role=dialog] :focus")).ToBeAttachedAsync();
        var cron = window.Page.GetByRole(AriaRole.Textbox, new PageGetByRoleOptions { Name = "Cron expression" });
        await cron.ClearAsync();
        answers.HoldFrom("'3' is not valid");
        await keys.TypeAsync("3");
        await answers.HeldAsync("'3' is not valid");
        await keys.TypeAsync("0 10");
        answers.ReleaseThrough("'3' is not valid");
        await window.SeesAsync("'3' is not valid");
        await keys.TypeAsync(" * * SAT");
        answers.Release();
        await window.SeesAsync("Saturday at 10:30");
        await Expect(cron).ToHaveValueAsync("30 10 * * SAT");
        await window.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Combobox).First.SelectOptionAsync("Once");
        var at = window.Page.GetByRole(AriaRole.Dialog).Locator("input[type=datetime-local]");
        await at.FillAsync("2031-03-02T04:05");
        await window.SeesAsync("0 added");
        await Expect(at).ToHaveValueAsync("2031-03-02T04:05");
    }

    [Fact]
    public async Task Run_ByTheHandlersForm_ShowsTheValue()
    {
        await using var window = await OpenAsync();
        await window.GoAsync("task/fibonacci");
        await window.Button("Run…").ClickAsync();
        await window.Page.Locator("input[name=n]").FillAsync("ninety");
        await window.Button("Run now").ClickAsync();
        await window.SeesAsync("A whole number is needed.");
        await window.Page.Locator("input[name=n]").FillAsync("90");
        await window.Button("Run now").ClickAsync();
        await window.SeesAsync("2880067194370816120");
        await Expect(window.Page.Locator("h1")).ToHaveTextAsync("Run of fibonacci");
        await window.Button("Run again…").ClickAsync();
        await Expect(window.Page.Locator("input[name=n]")).ToHaveValueAsync("90");
        await window.Page.Locator("input[name=n]").FillAsync("93");
        await window.Button("Run now").ClickAsync();
        await window.SeesAsync("n is from 0 to 92");
        await window.SeesAsync("System.ArgumentOutOfRangeException");
        await window.GoAsync();
        await window.SeesAsync("failed within a day");
        await window.GoAsync("list?show=failing");
        await Expect(window.Link("fibonacci")).ToBeVisibleAsync();
        using var good = await programs.Http.PostAsJsonAsync($"{programs.Silo}/api/tasks/fibonacci/run", new { args = new[] { 1 } }, Stop);
        await window.GoAsync("list?show=failing");
        await Expect(window.Link("fibonacci")).ToBeVisibleAsync();
    }

    /// <summary>Goes from "it failed last night" to "all of them run again" on one page.</summary>
    [Fact]
    public async Task Runs_ThatFailed_AreFoundAndAllRunAgain()
    {
        await programs.PutAsync("night", new { handler = "fail", args = new[] { "The disk is full." } });
        for (var n = 0; n < 3; n++)
        {
            using var failed = await programs.Http.PostAsJsonAsync($"{programs.Silo}/api/tasks/night/dispatch", new { }, Stop);
            Assert.Equal(202, (int)failed.StatusCode);
        }

        await using var window = await OpenAsync();
        await window.GoAsync();
        await Expect(window.Page.Locator("h1")).ToHaveTextAsync("Overview");
        await window.Page.Keyboard.PressAsync("r");
        await Expect(window.Page.Locator("h1")).ToHaveTextAsync("Runs");
        await window.Page.GetByLabel("Task", new() { Exact = true }).FillAsync("night");
        await window.Page.GetByLabel("Task", new() { Exact = true }).BlurAsync();
        await window.SeesAsync("3 runs");
        await Expect(window.Page.Locator("table.runs tbody tr")).ToHaveCountAsync(3);
        await window.SeesAsync("The disk is full.");

        await window.Button("Run all of them again…").ClickAsync();
        await window.SeesAsync("3 runs, and those that end until you press the button");
        await window.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Run them again" }).ClickAsync();
        await window.SeesAsync("The runs were dispatched again");
        await window.SeesAsync("6 runs");
        await Expect(window.Page.Locator("table.runs tbody tr:has-text('a retry')")).ToHaveCountAsync(3);
    }

    [Fact]
    public async Task Pause_WithANote_IsVisibleToOthersAndCanBeResumed()
    {
        await programs.PutAsync("nightly", new { handler = "greet", schedule = new { every = "01:00:00" }, args = new[] { "x" } });
        await using var window = await OpenAsync();
        await window.GoAsync("task/nightly");
        await window.Button("Pause…").ClickAsync();
        await window.Page.GetByRole(AriaRole.Dialog).GetByLabel("Why").FillAsync("the printer is on fire");
        await window.Button("Pause").ClickAsync();
        await window.SeesAsync("nightly is paused.");
        await using var other = await programs.Chromium.OpenAsync(programs.Silo);
        await other.GoAsync();

        // If several things need attention, such as late runs on a slow machine, the page collapses them.
        await other.Page.Locator(".attention", new() { HasText = "the printer is on fire" }).Locator("details")
            .EvaluateAsync("details => { details.open = true; }");
        await other.SeesAsync("“the printer is on fire”");
        await other.Link("nightly").First.ClickAsync();
        await other.SeesAsync("Occurrences within the pause are skipped.");
        await other.Button("Resume").ClickAsync();
        await Expect(window.Button("Pause…")).ToBeVisibleAsync();

        await Expect(window.Page.GetByRole(AriaRole.Heading, new() { Name = "Changes" })).ToBeVisibleAsync();
        await window.SeesAsync("Nothing was planned yet.");
        await window.GoAsync("live");
        await window.SeesAsync("the printer is on fire");
        await window.GoAsync("task/tick");
        await window.SeesAsync("planned since");
        await window.SeesAsync("fired on time");
    }

    [Fact]
    public async Task Schedule_Edited_IsPreviewedAndSaved()
    {
        await programs.PutAsync("early",
            new { handler = "greet", schedule = new { cron = "0 9 * * MON-FRI", timeZone = "Europe/Berlin" }, args = new[] { "x" } });
        await using var window = await OpenAsync();
        await window.GoAsync("task/early");
        await window.SeesAsync("Monday to Friday at 09:00 (Europe/Berlin)");
        await window.Button("Edit schedule…").ClickAsync();
        await window.SeesAsync("None: the occurrences stay the same.");
        var cron = window.Page.GetByRole(AriaRole.Textbox, new PageGetByRoleOptions { Name = "Cron expression" });
        await cron.FillAsync("0 9 * * MON,");
        await Expect(window.Page.Locator(".preview .fault")).ToBeVisibleAsync();
        await cron.FillAsync("30 10 * * SAT");
        await window.SeesAsync("Saturday at 10:30");
        await Expect(window.Page.Locator(".changes li.good").First).ToContainTextAsync("Sat ");
        await Pictures.TakeAsync(window.Page, "edit-schedule");
        await window.Button("Save the schedule").ClickAsync();
        await Expect(window.Page.Locator("ol.occurrences li").First).ToContainTextAsync("Sat ");
    }

    [Fact]
    public async Task Run_ThatTakesLong_ShowsProgressAndIsCancelled()
    {
        await using var window = await OpenAsync();
        await window.GoAsync("task/sleep");
        await window.Button("Run…").ClickAsync();
        await window.Page.Locator("input[name=milliseconds]").FillAsync("600000");
        await window.Button("Run now").ClickAsync();
        await window.SeesAsync("s to go");
        await Expect(window.Page.GetByRole(AriaRole.Progressbar)).ToBeVisibleAsync();
        await Pictures.TakeAsync(window.Page, "run-progress");
        await window.Button("Cancel the run").ClickAsync();
        await window.Button("Cancel it").ClickAsync();
        await Expect(window.Page.Locator(".head .tag").First).ToHaveTextAsync("cancelled");
    }

    [Fact]
    public async Task Dispatch_ForLater_IsListedUntilItIsDue()
    {
        await using var window = await OpenAsync();
        await window.GoAsync("task/greet");
        await window.Button("Run…").ClickAsync();
        await Expect(window.Page.Locator("input[name=message]")).ToHaveValueAsync("Hello, world!");
        await window.Page.GetByLabel("later: dispatch it").CheckAsync();
        await window.Page.GetByLabel("At, in Europe/Berlin").FillAsync("2030-01-02T03:04");
        await window.Button("Dispatch").ClickAsync();
        await Expect(window.Page.Locator(".head .tag").First).ToHaveTextAsync("pending");
        await window.SeesAsync("Wed 2 Jan 2030 03:04:00 +01:00");
        await window.Button("Cancel the run").ClickAsync();
        await window.Button("Cancel it").ClickAsync();
        await Expect(window.Page.Locator(".head .tag").First).ToHaveTextAsync("cancelled");
    }

    [Fact]
    public async Task Broadcast_SentInOneWindow_IsSeenInAnother()
    {
        await using var other = await programs.Chromium.OpenAsync(programs.Silo);
        await other.GoAsync("live");
        await Expect(other.Link("tick").First).ToBeVisibleAsync();
        await using var window = await OpenAsync();
        await window.GoAsync("live");
        await window.Button("Broadcast…").ClickAsync();
        await window.Page.GetByLabel("Message, any JSON").FillAsync("no json");
        await window.Button("Send").ClickAsync();
        await window.SeesAsync("This is not valid JSON");
        await window.Page.GetByLabel("Message, any JSON").FillAsync("""{"text":"lunch is ready"}""");
        await window.Button("Send").ClickAsync();
        await other.SeesAsync("lunch is ready");
        await other.Page.GetByLabel("Show").SelectOptionAsync("broadcasts");
        await Expect(other.Page.Locator("table.live tbody tr")).ToHaveCountAsync(1);
        await other.Button("Pause").ClickAsync();
        await other.SeesAsync("came since");
    }

    [Fact]
    public async Task Bulk_PauseAndCancel_AskForConfirmation()
    {
        await programs.PutAsync("bulk-a", new { handler = "greet", schedule = new { every = "01:00:00" }, args = new[] { "x" } });
        await programs.PutAsync("bulk-b", new { handler = "greet", schedule = new { every = "01:00:00" }, args = new[] { "x" } });
        await using var window = await OpenAsync();
        await window.GoAsync("list?search=bulk-");
        await window.Page.GetByLabel("Select all on this page").CheckAsync();
        await window.SeesAsync("2 tasks selected");
        await window.Button("Pause…").ClickAsync();
        await window.SeesAsync("The schedules of 2 tasks do not fire");
        await window.Button("Pause").ClickAsync();
        await window.SeesAsync("2 tasks paused.");
        await Expect(window.Page.Locator("td .tag.warn")).ToHaveCountAsync(2);
        await window.Page.GetByLabel("Select bulk-a").CheckAsync();
        await window.Button("Cancel…").ClickAsync();
        await window.SeesAsync("1 task will not run any more");
        await window.Button("Cancel them").ClickAsync();
        await window.SeesAsync("1 task cancelled.");
    }

    [Fact]
    public async Task SiloAndServer_Restarted_DashboardReconnects()
    {
        using var failed = await programs.Http.PostAsJsonAsync($"{programs.Silo}/api/tasks/fail/run",
            new { args = new[] { "The lamp is out." } }, Stop);
        Assert.Equal(422, (int)failed.StatusCode);
        await using var window = await OpenAsync();
        await window.GoAsync();
        await window.SeesAsync("failed within a day");
        await programs.KillSiloAsync();
        await window.SeesAsync("The cluster has been out of reach since");
        await Expect(window.Button("Stop the scheduler…")).ToBeDisabledAsync();
        await window.SeesAsync("scheduler was started");
        await Pictures.TakeAsync(window.Page, "out-of-reach");
        await programs.StartSiloAsync();
        await window.SeesAsync("The cluster answers again");
        await window.GoAsync("task/tick");
        await Expect(window.Page.Locator("table.runs tbody tr").First).ToBeVisibleAsync();
        await programs.RestartWebAsync(() => window.SeesAsync("The connection to the server is lost."));
        await window.SeesAsync("Connected again");
        await Expect(window.Page.Locator("h1")).ToHaveTextAsync("tick");

        // Both programs are new, and the first overview tells the truth about the hour before.
        await window.GoAsync();
        await Expect(window.Page.Locator("a.tile .figure").First).ToHaveTextAsync(new Regex("^[1-9]"));
        await window.SeesAsync("failed within a day");
    }

    [Fact]
    public async Task ReadOnly_Dashboard_OffersNoActions()
    {
        await using var window = await programs.Chromium.OpenAsync(programs.ReadOnly);
        await window.GoAsync("task/tick");
        await Expect(window.Page).ToHaveTitleAsync("tick · Look, do not touch");
        await window.SeesAsync("Read-only");
        await Expect(window.Page.Locator("table.runs tbody tr").First).ToBeVisibleAsync();
        await Expect(window.Button("Run…")).ToHaveCountAsync(0);
        await window.GoAsync("list");
        await Expect(window.Link("tick")).ToBeVisibleAsync();
        await Expect(window.Page.GetByRole(AriaRole.Checkbox)).ToHaveCountAsync(0);
        await window.GoAsync();
        await Expect(window.Button("Stop the scheduler…")).ToHaveCountAsync(0);
    }

    private Task<Window> OpenAsync() => programs.Chromium.OpenAsync(programs.Web);
}
