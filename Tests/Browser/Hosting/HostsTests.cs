using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using static Microsoft.Playwright.Assertions;

namespace OrleansTasks.Tests.Browser;

/// <summary>Tests the dashboard within hosts of several kinds, in a real browser.</summary>
public sealed class HostsTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task Dashboard_BesideTheHostsOwnBlazorApp_DoesNotChangeIt()
    {
        await using var host = await DashboardHost.StartAsync(
            app =>
            {
                app.MapRazorComponents<HostApp>().AddInteractiveServerRenderMode();
                app.MapGet("/_framework/blazor.web.js",
                    () => TypedResults.Stream(typeof(TasksDashboardOptions).Assembly.GetManifestResourceStream("dashboard/blazor.web.js")!,
                        "text/javascript"));
                app.MapTasksDashboard();
            },
            services => services.AddRazorComponents().AddInteractiveServerComponents(),
            app => app.UseAntiforgery());
        host.Tasks.Add("one");
        await using var window = await chromium.OpenAsync(host.Address);
        foreach (var page in new[] { "/", "/list" })
        {
            await window.Page.GotoAsync(page);
            await Expect(window.Page.Locator("h1")).ToHaveTextAsync("The host's own page");
            await CountAsync(window);
        }

        await window.GoAsync("list");
        await Expect(window.Link("one")).ToBeVisibleAsync();
        await window.Link("Overview").ClickAsync();
        await Expect(window.Page.Locator("h1")).ToHaveTextAsync("Overview");
        await window.GoAsync("no/such/page");
        await window.SeesAsync("There is no such page");
    }

    [Fact]
    public async Task Dashboard_BehindAProxyThatRemovesThePrefix_Works()
    {
        await using var host = await DashboardHost.StartAsync(
            app => app.MapTasksDashboard("/tasks").AllowAnonymous(),
            services => services.Configure<ForwardedHeadersOptions>(o => o.ForwardedHeaders = ForwardedHeaders.All),
            app =>
            {
                // Acts as a proxy: it removes /outside from the path, and names it in a header.
                app.Use((http, next) =>
                {
                    if (http.Request.Path.StartsWithSegments("/outside", out var rest))
                    {
                        http.Request.Path = rest;
                        http.Request.Headers["X-Forwarded-Prefix"] = "/outside";
                        http.Request.Headers["X-Forwarded-For"] = "10.1.2.3";
                    }

                    return next(http);
                });
                app.UseForwardedHeaders();
                app.UseRouting();
            });
        host.Tasks.Add("one");
        await using var window = await chromium.OpenAsync(host.Address);
        await window.Page.GotoAsync("/outside/tasks/list");
        await Expect(window.Link("one")).ToBeVisibleAsync();
        await window.Link("one").ClickAsync();
        await Expect(window.Page.Locator("h1")).ToHaveTextAsync("one");
        Assert.EndsWith("/outside/tasks/task/one", window.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_WithPolicies_MayDoOnlyWhatThePoliciesAllow()
    {
        await using var host = await DashboardHost.StartAsync(
            app => app.MapTasksDashboard("/tasks", o => (o.ViewPolicy, o.ActPolicy) = ("look", "act")), CookieUsers.Add);
        var task = host.Tasks.Add("one");
        task.Info = task.Info with { Schedule = TaskSchedule.Every(TimeSpan.FromHours(1)) };
        Assert.Equal(401, (await host.GetAsync("/tasks")).Status);
        await using (var looker = await chromium.OpenAsync(host.Address, user: "ann"))
        {
            await looker.GoAsync("task/one");
            await looker.SeesAsync("ann");
            await looker.SeesAsync("Read-only");
            await Expect(looker.Button("Pause…")).ToHaveCountAsync(0);
        }

        await using var root = await chromium.OpenAsync(host.Address, user: "root");
        await root.GoAsync("task/one");
        await root.Button("Pause…").ClickAsync();
        await root.Button("Pause").ClickAsync();
        await root.SeesAsync("one is paused.");
        Assert.Equal("root", task.Info.PausedBy);
    }

    [Fact]
    public async Task Values_AreMaskedByTheHook()
    {
        await using var host =
            await DashboardHost.StartAsync(
                app => app.MapTasksDashboard("/tasks",
                    o => o.Mask = (task, kind, json) => json.Replace("secret", "•••", StringComparison.Ordinal)));
        var task = host.Tasks.Add("one");
        task.Info = task.Info with
        {
            Arguments = ["secret argument"],
            State = TaskState.Paused,
            PauseNote = "a secret note",
            Changes = [new TaskChange { Kind = TaskEventKind.TaskPaused, Note = "a secret note" }]
        };
        await using var window = await chromium.OpenAsync(host.Address);
        await window.GoAsync("live");
        await host.Tasks.Reaches(c => c.ResultSubscribers > 0);
        task.Finish("secret value");
        await window.SeesAsync("••• value");
        await window.Page.GetByLabel("Task, value or error").FillAsync("secret");
        await window.SeesAsync("Nothing matches the filter");
        await window.GoAsync("task/one");
        await window.SeesAsync("••• argument");
        await window.SeesAsync("“a ••• note”");
        await Expect(window.Page.Locator("#changes ~ table td").Last).ToHaveTextAsync("a ••• note");
        Assert.DoesNotContain("secret", await window.Page.ContentAsync(), StringComparison.Ordinal);
    }

    /// <summary>A button does nothing until its page is interactive. The host page's button is disabled until then.</summary>
    private static async Task CountAsync(Window window)
    {
        var button = window.Page.GetByRole(Microsoft.Playwright.AriaRole.Button);
        await Expect(button).ToBeEnabledAsync();
        await button.ClickAsync();
        await Expect(button).ToHaveTextAsync("Counted 1");
    }
}
