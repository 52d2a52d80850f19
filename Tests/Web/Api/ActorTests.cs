using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using OrleansTasks.Access;

namespace OrleansTasks.Tests.Web;

/// <summary>Tests which name is recorded with a change.</summary>
public sealed class ActorTests
{
    [Theory]
    [InlineData("alice", ClaimTypes.Name, "alice")]
    [InlineData("alice", "preferred_username", "alice")]
    [InlineData("a@example.com", "email", "a@example.com")]
    [InlineData("7", "sub", "7")]
    [InlineData("billing-service", "client_id", "billing-service")]
    [InlineData("a\u001b[31m\u202Eb", ClaimTypes.Name, "a\uFFFD[31m\uFFFDb")]
    [InlineData("x", "irrelevant", "unnamed (test)")]
    [InlineData("", ClaimTypes.Name, "unnamed (test)")]
    public void Of_SomebodySignedIn_IsNeverEmpty(string value, string claim, string expected) =>
        Assert.Equal(expected, Actor.Of(new ClaimsPrincipal(new ClaimsIdentity([new Claim(claim, value)], "test"))));

    [Fact]
    public void Of_NobodySignedIn_IsNull()
    {
        Assert.Null(Actor.Of(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "alice")]))));
        Assert.Null(Actor.Of(new ClaimsPrincipal()));
    }

    [Theory]
    [InlineData(null, "mallory", "mallory")]
    [InlineData(ClaimTypes.Name, "mallory", "7")]
    [InlineData("sub", "mallory", "7")]
    [InlineData("irrelevant", "mallory", "unnamed (test)")]
    public async Task Pause_WithANameInTheBody_RecordsTheSignedInUser(string? claim, string by, string expected)
    {
        await using var api = await StartAsync(claim);
        api.Tasks.Add("a");
        await api.SendAsync("POST", "tasks/a/pause", $$"""{"by":"{{by}}"}""");
        Assert.Equal(expected, api.Tasks.Get("a").Info.PausedBy);
    }

    [Theory]
    [InlineData("POST", "scheduler/stop", null)]
    [InlineData("POST", "scheduler/start", null)]
    [InlineData("PUT", "tasks/a", "{}")]
    [InlineData("POST", "broadcasts", "1")]
    public async Task Change_WithoutAStoredName_IsLoggedWithTheName(string method, string path, string? body)
    {
        await using var api = await StartAsync(ClaimTypes.Name);
        api.Tasks.Add("a");
        Assert.InRange((await api.SendAsync(method, path, body)).Status, 200, 202);
        Assert.Contains(api.Log.Lines,
            l => l is { Category: "OrleansTasks.Api", Level: LogLevel.Information } && l.Text == $"(HTTP) 7: {method} /api/{path}");
        Assert.DoesNotContain(api.Log.Lines, l => l.Text.Contains("GET", StringComparison.Ordinal) && l.Category == "OrleansTasks.Api");
    }

    private static Task<ApiHost> StartAsync(string? claim) => ApiHost.StartAsync(pipeline: app => app.Use((http, next) =>
    {
        http.User = claim is null ? http.User : new ClaimsPrincipal(new ClaimsIdentity([new Claim(claim, "7")], "test"));
        return next(http);
    }));
}
