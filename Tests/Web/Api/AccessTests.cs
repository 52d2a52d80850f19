using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Access;

namespace OrleansTasks.Tests.Web;

/// <summary>Tests that only this machine and the host names from the options are served, until the host configures access.</summary>
public sealed class AccessTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", "127.0.0.1:5080", true)]
    [InlineData("127.0.0.1", "127.0.0.1", "localhost:5080", true)]
    [InlineData("127.0.0.1", "127.0.0.1", "LOCALHOST", true)]
    [InlineData("127.0.0.1", "127.0.0.1", "tasks.localhost:1", true)]
    [InlineData("127.0.0.5", "127.0.0.5", "127.0.0.5:5080", true)]
    [InlineData("::1", "::1", "[::1]:5080", true)]
    [InlineData("::ffff:127.0.0.1", "::ffff:127.0.0.1", "127.0.0.1:5080", true)]
    [InlineData("10.0.0.11", "10.0.0.11", "10.0.0.11:5080", true)]
    [InlineData("::ffff:10.0.0.11", "::ffff:10.0.0.11", "10.0.0.11:5080", true)]
    [InlineData("fe80::1", "fe80::1", "[fe80::1]:5080", true)]
    [InlineData("127.0.0.1", "127.0.0.1", "evil.example", false)]
    [InlineData("127.0.0.1", "127.0.0.1", "evil.example:5080", false)]
    [InlineData("127.0.0.1", "127.0.0.1", "localhost.evil.example", false)]
    [InlineData("127.0.0.1", "127.0.0.1", "evillocalhost", false)]
    [InlineData("127.0.0.1", "127.0.0.1", "10.0.0.11:5080", false)]
    [InlineData("127.0.0.1", "127.0.0.1", "0.0.0.0:5080", false)]
    [InlineData("127.0.0.1", "127.0.0.1", "[::]:5080", false)]
    [InlineData("127.0.0.1", "127.0.0.1", "93.184.216.34", false)]
    [InlineData("127.0.0.1", "127.0.0.1", "", false)]
    [InlineData("10.0.0.9", "10.0.0.11", "10.0.0.11:5080", false)]
    [InlineData("10.0.0.9", "10.0.0.11", "localhost", false)]
    [InlineData(null, null, "localhost", false)]
    public void Fault_FromThisMachineUnderItsOwnName_IsNull(string? remote, string? local, string host, bool served) =>
        Assert.Equal(served, AccessRule.Refusal(Request(remote, local, host), decided: false, []) is null);

    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("x-forwarded-server")]
    [InlineData("X-Forwarded-Prefix")]
    [InlineData("X-Original-Host")]
    [InlineData("X-Real-IP")]
    [InlineData("True-Client-IP")]
    [InlineData("CF-Connecting-IP")]
    [InlineData("X-Envoy-External-Address")]
    [InlineData("X-ARR-LOG-ID")]
    [InlineData("Tailscale-User-Login")]
    [InlineData("Via")]
    [InlineData("X-Varnish")]
    [InlineData("X-Vercel-Forwarded-For")]
    [InlineData("CloudFront-Viewer-Address")]
    [InlineData("Akamai-Origin-Hop")]
    [InlineData("X-MS-Forwarded-Client-Cert")]
    [InlineData("X-Kong-Request-Id")]
    public void Fault_RequestThroughAProxy_NamesItsHeader(string header)
    {
        var http = Request("127.0.0.1", "127.0.0.1", "localhost");
        http.Request.Headers[header] = "x";
        Assert.Contains(header, AccessRule.Refusal(http, decided: false, []), StringComparison.OrdinalIgnoreCase);
        Assert.Null(AccessRule.Refusal(http, decided: true, []));
    }

    [Fact]
    public void Fault_RequestThroughUnconfiguredNginx_MentionsAProxy()
    {
        var http = Request("127.0.0.1", "127.0.0.1", "127.0.0.1:5080");
        http.Request.Protocol = "HTTP/1.0";
        Assert.Contains("HTTP/1.0", AccessRule.Refusal(http, decided: false, []), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.11", "10.0.0.11:5080", true)]
    [InlineData("tasks.example.com", "TASKS.example.com", true)]
    [InlineData("*.example.com", "a.example.com:80", true)]
    [InlineData("*.example.com", "example.com", false)]
    [InlineData("*.example.com", "evilexample.com", false)]
    [InlineData("::1", "[::1]:5080", true)]
    [InlineData("tasks.example.com", "evil.example", false)]
    public void Fault_RequestFromElsewhereUnderAnAllowedHost_IsNull(string allowed, string host, bool served)
    {
        Assert.Equal(served, AccessRule.Refusal(Request("10.0.0.9", "10.0.0.11", host), decided: false, [allowed]) is null);

        // Host names are checked even if the user is authorized. They protect against other sites, and do not identify people.
        Assert.Equal(served, AccessRule.Refusal(Request("10.0.0.9", "10.0.0.11", host), decided: true, [allowed]) is null);
    }

    [Theory]
    [InlineData("https://tasks.example.com")]
    [InlineData("tasks.example.com:5080")]
    [InlineData("tasks.example.com/api")]
    [InlineData("*")]
    [InlineData("")]
    public void HostFaults_InvalidHostName_NamesIt(string host) =>
        Assert.Contains("AllowedHosts", Assert.Single(AccessRule.HostFaults([host], "TasksApiOptions")), StringComparison.Ordinal);

    [Fact]
    public async Task Request_UnderAForeignNameWithAMatchingOrigin_IsRejectedEverywhere()
    {
        await using var api = await ApiHost.StartAsync();
        api.Tasks.Add("a");
        foreach (var (method, path) in new[]
        {
            ("GET", "tasks"), ("GET", "results"), ("POST", "tasks/a/run"), ("POST", "tasks/a/dispatch"), ("PUT", "tasks/b"),
            ("DELETE", "tasks/a"), ("POST", "scheduler/stop")
        })
        {
            var answer = await api.SendAsync(method, path, method == "GET" ? null : "{}", r =>
            {
                r.Headers.Host = "evil.example";
                r.Headers.Add("Origin", "http://evil.example");
            });
            Assert.Contains("evil.example", answer.Problem(403, "access-not-configured").GetProperty("detail").GetString(),
                StringComparison.Ordinal);
        }

        Assert.True(api.Tasks.Started);
    }

    [Fact]
    public async Task Request_ToAnApiThatTheHostOpened_IsServedUnderAnyName()
    {
        await using var api = await ApiHost.StartAsync(group: g => g.AllowAnonymous());
        Assert.Equal(200, (await api.SendAsync("GET", "tasks", change: r => r.Headers.Host = "tasks.example.com")).Status);
    }

    [Fact]
    public async Task Request_ToAnApiWithAuthorization_IsServedToAuthorizedUsersOnly()
    {
        await using var api = await ApiHost.StartAsync(group: g => g.RequireAuthorization(new AuthorizeAttribute { Policy = "nobody" }),
            build: b =>
        {
            b.Services.AddAuthentication("none").AddCookie("none");
            b.Services.AddAuthorizationBuilder().AddPolicy("nobody", p => p.RequireAssertion(_ => false));
        });
        Assert.NotEqual(200, (await api.SendAsync("GET", "tasks")).Status);
    }

    [Fact]
    public async Task Request_ThroughAUnixSocket_IsRefusedUnlessTheHostOpensIt()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs the sockets of Unix.");
        var path = Path.Combine(Path.GetTempPath(), $"ot-{Guid.NewGuid():N}.sock");
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(k => k.ListenUnixSocket(path));
        builder.Services.AddSingleton<ITaskClient>(new FakeCluster());
        await using var app = builder.Build();
        app.MapTasksApi("/api");
        app.MapTasksApi("/open").AllowAnonymous();
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, ct) =>
            {
                var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream,
                    System.Net.Sockets.ProtocolType.Unspecified);
                await socket.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(path), ct);
                return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
            },
        });
        Assert.Equal(HttpStatusCode.Forbidden,
            (await http.GetAsync("http://localhost/api/tasks", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK,
            (await http.GetAsync("http://localhost/open/tasks", TestContext.Current.CancellationToken)).StatusCode);
    }

    private static DefaultHttpContext Request(string? remote, string? local, string host)
    {
        var http = new DefaultHttpContext();
        http.Features.Set<IHttpConnectionFeature>(
            new HttpConnectionFeature
            {
                RemoteIpAddress = remote is null ? null : IPAddress.Parse(remote),
                LocalIpAddress = local is null ? null : IPAddress.Parse(local)
            });
        (http.Request.Host, http.Request.Protocol) = (new HostString(host), "HTTP/1.1");
        return http;
    }
}
