using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OrleansTasks.Tests.Browser;

/// <summary>
/// Tests how the pages look: for people with low vision, in light and dark colours, and on phones. It also takes the pictures of the
/// documentation.
/// </summary>
[Collection("dashboard")]
public sealed class LooksTests(DashboardPrograms programs)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task EveryPage_IsAccessible(ColorScheme colours)
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        var failed = await PrepareAsync();
        await using var window = await programs.Chromium.OpenAsync(programs.Web, colours);
        var (theme, isDark) = (colours.ToString().ToLowerInvariant(), colours == ColorScheme.Dark);
        foreach (var (name, page, ready) in Pages(failed))
        {
            await window.GoAsync(page);
            await Expect(window.Page.Locator(ready).First).ToBeVisibleAsync();
            await window.IsAccessibleAsync($"{name}, {theme}", isDark);
            if (name == "run")
            {
                // A stack trace contains folders of the machine that built the program.
                await window.Page.Locator("summary").ClickAsync();
            }

            await Pictures.TakeAsync(window.Page, $"{name}-{theme}");
        }

        await window.GoAsync("task/fibonacci");
        await window.Button("Run…").ClickAsync();
        await Expect(window.Page.Locator("input[name=n]")).ToBeVisibleAsync();
        await window.IsAccessibleAsync($"the form, {theme}", isDark);
        await Pictures.TakeAsync(window.Page, $"form-{theme}");
        await window.GoAsync("task/report");
        await window.Button("Edit schedule…").ClickAsync();
        await window.SeesAsync("Changes in the next");
        await window.IsAccessibleAsync($"the schedule, {theme}", isDark);
        await window.GoAsync("task/report");
        await window.Button("Pause…").ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Dialog).GetByLabel("Why")).ToBeVisibleAsync();
        await window.IsAccessibleAsync($"the pause, {theme}", isDark);
        foreach (var (page, button) in Dialogs)
        {
            await window.GoAsync(page);
            await window.Button(button).ClickAsync();
            await Expect(window.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
            await window.IsAccessibleAsync($"what {button} opens, {theme}", isDark);
        }

        await window.GoAsync("task/there-is-none");
        await window.SeesAsync("There is no such task");
        await window.IsAccessibleAsync($"what is not there, {theme}", isDark);
    }

    [Fact]
    public async Task EveryControl_FocusedByKeyboard_HasARing()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        await PrepareAsync();
        await using var window = await programs.Chromium.OpenAsync(programs.Web);
        await window.GoAsync("list");
        await Expect(window.Page.Locator("td.name a").First).ToBeVisibleAsync();
        var (links, ringless) = (0, new List<string>());
        for (var i = 0; i < 40; i++)
        {
            await window.Page.Keyboard.PressAsync("Tab");
            var focused = await window.Page.EvaluateAsync<string[]>(
                "async () => { const e = document.activeElement; await Promise.all(e.getAnimations().map(a => a.finished)); "
                    + "const s = getComputedStyle(e); "
                    + "return [e.tagName, s.outlineStyle + ' ' + s.outlineWidth, e.outerHTML.slice(0, 80)]; }");
            links += focused[0] == "A" ? 1 : 0;
            if (focused[0] is "A" or "BUTTON" or "INPUT" or "SELECT" && focused[1] != "solid 2px")
            {
                ringless.Add($"{focused[1]}: {focused[2]}");
            }
        }

        Assert.Empty(ringless);
        Assert.True(links > 5, $"Tab reached {links} links.");
    }

    [Fact]
    public async Task EveryPage_FitsAPhone()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        var failed = await PrepareAsync();
        await using var window = await programs.Chromium.OpenAsync(programs.Web, width: 390, height: 844);
        foreach (var (name, page, ready) in Pages(failed))
        {
            await window.GoAsync(page);
            await Expect(window.Page.Locator(ready).First).ToBeVisibleAsync();
            await Pictures.TakeAsync(window.Page, $"{name}-phone");
            var (width, widest) = (await window.Page.EvaluateAsync<int>("innerWidth"),
                await window.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            Assert.True(widest <= width, $"{name} is {widest} wide, a phone {width}.");
        }
    }

    /// <summary>
    /// On a small laptop, problems and figures are visible without scrolling. Here some tasks fail, one is paused and one has no handler.
    /// </summary>
    [Fact]
    public async Task Overview_WithTasksThatNeedAttention_HasFiguresAndAttentionOnTheFirstScreen()
    {
        await using var window = await programs.Chromium.OpenAsync(programs.Web, width: 1440, height: 900);
        await window.GoAsync();
        await PrepareAsync();
        for (var n = 1; n <= 6; n++)
        {
            using var made = await programs.Http.PutAsJsonAsync($"{programs.Web}/api/tasks/breaks-{n}",
                new
                {
                    handler = "fail",
                    args = new[] { $"The printer number {n} is on fire, and nobody has been there to look after it for days." }
                }, Stop);
            Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync(Stop));
            using var failed = await programs.Http.PostAsJsonAsync($"{programs.Web}/api/tasks/breaks-{n}/run", new { }, Stop);
            Assert.Equal(422, (int)failed.StatusCode);
        }

        await Expect(window.Page.Locator(".attentions")).ToContainTextAsync("breaks-6");
        await Expect(window.Page.Locator(".attentions")).ToContainTextAsync("greet");
        await Pictures.TakeAsync(window.Page, "overview-busy");
        Assert.True(await BottomAsync(".tiles") < 300);
        var bottom = await BottomAsync("section[aria-labelledby=attention]");
        Assert.True(bottom <= 900, $"What needs attention ends at {bottom}.");
        for (var n = 1; n <= 6; n++)
        {
            using var removed = await programs.Http.DeleteAsync($"{programs.Web}/api/tasks/breaks-{n}", Stop);
        }

        Task<double> BottomAsync(string selector) =>
            window.Page.Locator(selector).EvaluateAsync<double>("e => e.getBoundingClientRect().bottom");
    }

    [Fact]
    public async Task Theme_Chosen_IsRemembered()
    {
        await using var window = await programs.Chromium.OpenAsync(programs.Web);
        await window.GoAsync();
        var html = window.Page.Locator("html");
        await Expect(html).ToHaveAttributeAsync("data-theme", "light");
        await window.Page.GetByLabel("Colours: system. Change them.").ClickAsync();
        await window.Page.GetByLabel("Colours: light. Change them.").ClickAsync();
        await Expect(html).ToHaveAttributeAsync("data-theme", "dark");
        await window.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Europe/Berlin" }).ClickAsync();
        var utc = window.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "UTC" });
        await Expect(utc).ToBeVisibleAsync();
        await window.Page.ReloadAsync();
        await Expect(utc).ToBeVisibleAsync();
        await Expect(html).ToHaveAttributeAsync("data-theme", "dark");
    }

    private static IEnumerable<(string Page, string Button)> Dialogs =>
        [("task/report", "Backfill…"), ("task/report", "Cancel…"), ("live", "Broadcast…")];

    private static IEnumerable<(string Name, string Page, string Ready)> Pages(string failed) =>
    [
        ("overview", "", ".attention .strong"),
        ("list", "list", ".sparkline"),
        ("task", "task/report", "ol.occurrences li"),
        ("task-tick", "task/tick", "table.runs tbody tr"),
        ("run", "run/" + Uri.EscapeDataString(failed), ".attention.bad"),
        ("runs", "runs", "table.runs tbody tr"),
        ("live", "live", "table.live tbody tr"),
    ];

    /// <summary>Creates something to see: a paused task and a failed run.</summary>
    private async Task<string> PrepareAsync()
    {
        using var paused = await programs.Http.PostAsJsonAsync($"{programs.Silo}/api/tasks/greet/pause",
            new { note = "The mail server moves tonight.", by = "ann" }, Stop);
        using var failed = await programs.Http.PostAsJsonAsync($"{programs.Silo}/api/tasks/fail/run",
            new { args = new[] { "The disk is full." } }, Stop);
        return (await failed.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("runId").GetString()!;
    }
}
