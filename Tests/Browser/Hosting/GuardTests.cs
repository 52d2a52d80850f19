using System.Net.WebSockets;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace OrleansTasks.Tests.Browser;

/// <summary>Tests who may use the dashboard and under which addresses, by requests without a browser.</summary>
public sealed partial class GuardTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_AddressWithoutAPage_AnswersNotFoundWithTheDashboard()
    {
        await using var host = await DashboardHost.StartAsync(app => app.MapTasksDashboard());
        foreach (var path in new[] { "/tasks", "/tasks/list?show=failing", "/tasks/task/a%20b", "/tasks/runs" })
        {
            Assert.Equal((path, 200), (path, (await host.GetAsync(path)).Status));
        }

        var (status, text) = await host.GetAsync("/tasks/nothing/here");
        Assert.Equal(404, status);
        Assert.Contains("<base href=\"/tasks/\"", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "10.0.0.9")]
    [InlineData("Forwarded", "for=10.0.0.9")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("Host", "evil.example")]
    public async Task Get_FromAnotherMachine_IsRejected(string header, string value)
    {
        await using var host = await DashboardHost.StartAsync(app => app.MapTasksDashboard());
        Assert.Equal(200, (await host.GetAsync("/tasks")).Status);
        foreach (var path in new[] { "/tasks", "/tasks/list", "/tasks/_blazor/negotiate", "/tasks/_assets/dashboard.js" })
        {
            var (status, text) =
                await host.SendAsync(path.EndsWith("negotiate", StringComparison.Ordinal) ? HttpMethod.Post : HttpMethod.Get, path,
                    r => r.Headers.TryAddWithoutValidation(header, value));
            Assert.Equal(403, status);
            Assert.Contains("RequireAuthorization", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Get_AllowedByTheHost_IsServedToEveryone()
    {
        await using var host = await DashboardHost.StartAsync(app => app.MapTasksDashboard().AllowAnonymous());
        Assert.Equal(200, (await host.GetAsync("/tasks", r => r.Headers.Add("X-Forwarded-For", "10.0.0.9"))).Status);
    }

    [Fact]
    public async Task Get_WithAViewPolicy_IsServedToAuthorizedUsersOnly()
    {
        await using var host = await DashboardHost.StartAsync(app => app.MapTasksDashboard("/tasks", o => o.ViewPolicy = "look"),
            CookieUsers.Add);
        Assert.Equal(401, (await host.GetAsync("/tasks")).Status);
        Assert.Equal(401, (await host.SendAsync(HttpMethod.Post, "/tasks/_blazor/negotiate?negotiateVersion=1")).Status);
        Assert.Equal(200, (await host.GetAsync("/tasks", r => r.Headers.Add("Cookie", "user=ann"))).Status);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Connect_FromAnotherSite_IsRefused(string header, string value)
    {
        await using var host = await DashboardHost.StartAsync(app => app.MapTasksDashboard());
        var (status, text) = await host.SendAsync(HttpMethod.Post, "/tasks/_blazor/negotiate?negotiateVersion=1",
            r => r.Headers.TryAddWithoutValidation(header, value));
        Assert.Equal(403, status);
        Assert.Contains("another site", text, StringComparison.Ordinal);
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader(header, value);
        var e = await Assert.ThrowsAsync<WebSocketException>(
            () => socket.ConnectAsync(new Uri(host.Address.Replace("http", "ws", StringComparison.Ordinal) + "/tasks/_blazor"), Stop));
        Assert.Contains("403", e.Message, StringComparison.Ordinal);
        using var own = new ClientWebSocket();
        own.Options.SetRequestHeader("Origin", host.Address);
        await own.ConnectAsync(new Uri(host.Address.Replace("http", "ws", StringComparison.Ordinal) + "/tasks/_blazor"), Stop);
    }

    [Fact]
    public async Task Get_AnyPage_LoadsNothingFromOtherSites()
    {
        await using var host = await DashboardHost.StartAsync(app => app.MapTasksDashboard());
        using var response = await host.Http.GetAsync("/tasks/task/some", Stop);
        var text = await response.Content.ReadAsStringAsync(Stop);
        Assert.Contains("default-src 'self'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("<base href=\"/tasks/\"", text, StringComparison.Ordinal);
        var assets = Addresses().Matches(text).Select(m => m.Groups[1].Value).Where(a => !a.EndsWith('/')).ToList();
        Assert.Equal(8, assets.Count);
        foreach (var asset in assets)
        {
            using var got = await host.Http.GetAsync("/tasks/" + asset, Stop);
            Assert.Equal((200, "immutable"), ((int)got.StatusCode, got.Headers.CacheControl!.Extensions.Single().Name));
            Assert.DoesNotContain("//fonts.", await got.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/", "/prefix", "/prefix/ops/tasks/")]
    [InlineData("/", null, "/ops/tasks/")]
    public async Task Get_UnderAPrefix_UsesAddressesWithThePrefix(string _, string? pathBase, string expected)
    {
        await using var host = await DashboardHost.StartAsync(
            app => app.MapGroup("/ops").MapTasksDashboard("/tasks"),
            pipeline: app =>
            {
                app.UsePathBase(pathBase);
                app.UseRouting();
            });
        foreach (var page in new[] { "", "/", "/list", "/task/a%20b", "/run/x~1" })
        {
            var (status, text) = await host.GetAsync($"{pathBase}/ops/tasks{page}");
            Assert.Equal(200, status);
            Assert.Contains($"<base href=\"{expected}\"", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Map_WithoutServicesOrClient_NamesTheMissingOne()
    {
        await using var bare = WebApplication.CreateSlimBuilder().Build();
        Assert.Contains("AddTasksDashboard()", Assert.Throws<InvalidOperationException>(() => bare.MapTasksDashboard()).Message,
            StringComparison.Ordinal);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddTasksDashboard();
        await using var clientless = builder.Build();
        Assert.Contains("AddTaskClient()", Assert.Throws<InvalidOperationException>(() => clientless.MapTasksDashboard()).Message,
            StringComparison.Ordinal);
        var e =
            await Assert.ThrowsAsync<OptionsValidationException>(() => DashboardHost.StartAsync(app => app.MapTasksDashboard("/tasks", o =>
        {
            o.Title = "";
            o.AllowedOrigins.Add("x");
        })));
        Assert.Equal(2, e.Failures.Count());
    }

    [GeneratedRegex("(?:href|src)=\"([^\"]+)\"")]
    private static partial Regex Addresses();
}
