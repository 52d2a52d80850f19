using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace OrleansTasks.Tests.Web;

/// <summary>Tests the policies for viewing and for acting.</summary>
public sealed class AccessPolicyTests
{
    private static readonly (string Method, string Path)[] Looking = [("GET", "tasks"), ("GET", "tasks/a"), ("GET", "overview"),
        ("POST", "tasks/a/preview")];

    private static readonly (string Method, string Path)[] Acting =
    [
        ("PUT", "tasks/b"), ("POST", "tasks/a/run"), ("POST", "tasks/a/dispatch"), ("POST", "tasks/a/pause"), ("POST", "tasks/a/trigger"),
        ("POST", "broadcasts"), ("PUT", "calendars/c"),
        ("PUT", "groups/g"), ("POST", "scheduler/stop"), ("DELETE", "tasks/a"),
    ];

    [Theory]
    [InlineData(null, false, false)]
    [InlineData("viewer", true, false)]
    [InlineData("operator", true, true)]
    public async Task Request_WithReadAndWritePolicies_IsServedToAuthorizedUsersOnly(string? role, bool looks, bool acts)
    {
        await using var api = await StartAsync(o => (o.LookPolicy, o.ActPolicy) = ("look", "act"), null);
        await AssertServedAsync(api, role, looks, acts);
    }

    /// <summary>In ASP.NET, <c>AllowAnonymous</c> overrides every policy. Here it opens the API for viewing, but not for acting.</summary>
    [Theory]
    [InlineData(null, true, false)]
    [InlineData("operator", true, true)]
    public async Task Request_ToAnOpenApiWithAWritePolicy_WritesOnlyWithIt(string? role, bool looks, bool acts)
    {
        await using var api = await StartAsync(o => o.ActPolicy = "act", g => g.AllowAnonymous());
        await AssertServedAsync(api, role, looks, acts, host: "tasks.example.com");
    }

    [Fact]
    public async Task Request_WithAWritePolicyOnly_ReadsFromThisMachineOnly()
    {
        await using var api = await StartAsync(o => o.ActPolicy = "act", null);
        await AssertServedAsync(api, null, looks: true, acts: false);
        await AssertServedAsync(api, "operator", looks: false, acts: true, host: "tasks.example.com");
    }

    [Fact]
    public async Task Request_WithAReadPolicyOnly_MayWriteToo()
    {
        await using var api = await StartAsync(o => o.LookPolicy = "look", null);
        await AssertServedAsync(api, "viewer", looks: true, acts: true, host: "tasks.example.com");
        await AssertServedAsync(api, null, looks: false, acts: false);
    }

    [Theory]
    [InlineData("", null, "LookPolicy")]
    [InlineData(null, " ", "ActPolicy")]
    public async Task Map_WithAPolicyWithoutAName_IsAnError(string? look, string? act, string option)
    {
        var e =
            await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(o => (o.LookPolicy, o.ActPolicy) = (look, act), null));
        Assert.Contains(option, e.Message, StringComparison.Ordinal);
    }

    private static async Task AssertServedAsync(ApiHost api, string? role, bool looks, bool acts, string host = "localhost")
    {
        foreach (var (requests, served) in new[] { (Looking, looks), (Acting, acts) })
        {
            foreach (var (method, path) in requests)
            {
                var answer = await api.SendAsync(method, path, method is "GET" or "DELETE" ? null : path == "broadcasts" ? "1" : "{}", r =>
                {
                    r.Headers.Host = host;
                    r.Headers.Add("Role", role ?? "none");
                });
                Assert.True(served == answer.Status is not (401 or 403),
                    $"{method} {path} by {role ?? "nobody"}: {answer.Status} {answer.Text}");
            }
        }
    }

    private static async Task<ApiHost> StartAsync(Action<TasksApiOptions> configure,
        Action<Microsoft.AspNetCore.Routing.RouteGroupBuilder>? group)
    {
        var api = await ApiHost.StartAsync(
            configure,
            group,
            build =>
            {
                build.Services.AddAuthentication("none").AddCookie("none", o =>
                {
                    o.Events.OnRedirectToLogin = c => Refuse(c.Response, 401);
                    o.Events.OnRedirectToAccessDenied = c => Refuse(c.Response, 403);
                });
                build.Services.AddAuthorizationBuilder()
                    .AddPolicy("look", p => p.RequireRole("viewer", "operator"))
                    .AddPolicy("act", p => p.RequireRole("operator"));
            },
            app =>
            {
                app.Use((http, next) =>
                {
                    http.User = http.Request.Headers["Role"].ToString() is "none" or ""
                        ? new ClaimsPrincipal()
                        : new ClaimsPrincipal(
                            new ClaimsIdentity([new Claim(ClaimTypes.Role, http.Request.Headers["Role"].ToString())], "test"));
                    return next(http);
                });
                app.UseAuthorization();
            });
        api.Tasks.Add("a");
        return api;

        static Task Refuse(Microsoft.AspNetCore.Http.HttpResponse response, int status)
        {
            response.StatusCode = status;
            return Task.CompletedTask;
        }
    }
}
