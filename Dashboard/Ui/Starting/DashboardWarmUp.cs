using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansTasks.Hosting;
using OrleansTasks.Settings;

namespace OrleansTasks.Ui;

/// <summary>
/// Renders the pages once after the program has started. The first visitor then does not wait about a second for their compilation.
/// </summary>
internal sealed partial class DashboardWarmUp(IServiceScopeFactory scopes, DashboardMounts mounts, IHostApplicationLifetime lifetime,
    ILoggerFactory loggers) : BackgroundService
{
    private static readonly Uri Here = new("http://localhost/");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var whenStarted = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        try
        {
            await started.Task.WaitAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping, or it failed to start and reports the reason itself.
            return;
        }

        if (mounts.First is not { } mount)
        {
            return;
        }

        try
        {
            DashboardAssets.Prepare();
            await RequestAsync(mount);
            await DrawAsync(mount);
        }
        catch (Exception e)
        {
            // If the error persists, visitors will see it themselves.
            LogNotDrawn(new ContainedLogger<DashboardWarmUp>(loggers), e.Message);
        }
    }

    /// <summary>Requests the document once.</summary>
    /// <returns>The status code; null if there is no such endpoint.</returns>
    internal async Task<int?> RequestAsync(DashboardMount mount)
    {
        var scope = scopes.CreateAsyncScope();
        await using var _ = scope;
        var document = scope.ServiceProvider.GetRequiredService<EndpointDataSource>()
            .Endpoints.FirstOrDefault(e => e.Metadata.GetMetadata<DocumentMetadata>()?.Mount == mount);
        if (document?.RequestDelegate is not { } answer)
        {
            return null;
        }

        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        http.SetEndpoint(document);
        http.Connection.RemoteIpAddress = IPAddress.Loopback;
        (http.Request.Method, http.Request.Scheme, http.Request.Host, http.Request.Path) = (HttpMethods.Get, Here.Scheme,
            new HostString(Here.Host), "/");
        http.Response.Body = Stream.Null;
        await answer(http);
        return http.Response.StatusCode;
    }

    /// <summary>Renders the components that most visits need first.</summary>
    /// <returns>The HTML of the components.</returns>
    internal async Task<string> DrawAsync(DashboardMount mount)
    {
        var scope = scopes.CreateAsyncScope();
        await using var _ = scope;
        var services = scope.ServiceProvider;
        (services.GetRequiredService<NavigationManager>() as IHostEnvironmentNavigationManager)?.Initialize(Here.ToString(),
            Here.ToString());
        (services.GetRequiredService<AuthenticationStateProvider>() as IHostEnvironmentAuthenticationStateProvider)?.SetAuthenticationState(
            Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity()))));
        await services.GetRequiredService<DashboardSession>().BeginAsync(mount.Id);
        services.GetRequiredService<Viewer>().Take(new BrowserFacts("UTC", false, "light", false));
        var renderer = new HtmlRenderer(services, loggers);
        await using (renderer)
        {
            return await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<AllPages>()).ToHtmlString());
        }
    }

    [LoggerMessage(801, LogLevel.Debug, "Rendering the dashboard's pages in advance failed: {Reason}")]
    private static partial void LogNotDrawn(ILogger logger, string reason);
}
