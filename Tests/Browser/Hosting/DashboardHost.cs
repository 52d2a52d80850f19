using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansTasks.Tests.Web;

namespace OrleansTasks.Tests.Browser;

/// <summary>Runs a web server with a dashboard over a cluster in memory, on a real port.</summary>
internal sealed class DashboardHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DashboardHost(WebApplication app, FakeCluster tasks)
    {
        _app = app;
        Tasks = tasks;
        Address = app.Urls.First();
        Http = new HttpClient { BaseAddress = new Uri(Address), Timeout = TimeSpan.FromSeconds(30) };
    }

    public FakeCluster Tasks { get; }

    public IServiceProvider Services => _app.Services;

    public string Address { get; }

    public HttpClient Http { get; }

    /// <param name="map">Maps the dashboard and other endpoints.</param>
    /// <param name="services">Adds further services.</param>
    /// <param name="pipeline">Adds middleware before the endpoints.</param>
    public static async Task<DashboardHost> StartAsync(Action<IEndpointRouteBuilder> map, Action<IServiceCollection>? services = null,
        Action<WebApplication>? pipeline = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var tasks = new FakeCluster();
        builder.Services.AddSingleton<ITaskClient>(tasks);
        builder.Services.AddTasksDashboard();
        services?.Invoke(builder.Services);
        var app = builder.Build();
        pipeline?.Invoke(app);
        map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new DashboardHost(app, tasks);
    }

    public async Task<(int Status, string Text)> GetAsync(string path, Action<HttpRequestMessage>? change = null) =>
        await SendAsync(HttpMethod.Get, path, change);

    public async Task<(int Status, string Text)> SendAsync(HttpMethod method, string path, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, path);
        change?.Invoke(request);
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}

/// <summary>Signs in the user whom the cookie <c>user</c> names. <c>root</c> may act.</summary>
internal sealed class CookieUsers(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public static void Add(IServiceCollection services)
    {
        services.AddAuthentication("cookie").AddScheme<AuthenticationSchemeOptions, CookieUsers>("cookie", null);
        services.AddAuthorizationBuilder().AddPolicy("look", p => p.RequireAuthenticatedUser())
            .AddPolicy("act", p => p.RequireUserName("root"));
    }

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Request.Cookies["user"] is { Length: > 0 } user
        ? AuthenticateResult.Success(
            new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, user)], Scheme.Name)), Scheme.Name))
        : AuthenticateResult.NoResult());
}
