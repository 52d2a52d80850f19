using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Settings;
using OrleansTasks.Tests.Web;
using OrleansTasks.Ui;

namespace OrleansTasks.Tests.Browser;

/// <summary>
/// Renders components without a browser, over a cluster in memory. The clock moves only when a test moves it.
/// The browser's time zone is Berlin.
/// </summary>
internal sealed class DashboardContext : BunitContext
{
    // A shared machine may pause for seconds.
    static DashboardContext() => DefaultWaitTimeout = TimeSpan.FromSeconds(30);

    private DashboardContext(NavigationManager? browser)
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Time = new FakeTimeProvider(FakeTask.Epoch);
        TasksDashboardServiceCollectionExtensions.AddParts(Services);
        Services.AddSingleton<ITaskClient>(Tasks);
        Services.AddSingleton<TimeProvider>(Time);
        Services.AddSingleton<IHostApplicationLifetime>(new Lifetime());
        if (browser is not null)
        {
            Services.AddSingleton(browser);
        }

        this.AddAuthorization().SetAuthorized("ann");
    }

    public FakeCluster Tasks { get; } = new();

    public FakeTimeProvider Time { get; }

    public static async Task<DashboardContext> StartAsync(Action<TasksDashboardOptions>? configure = null,
        NavigationManager? browser = null)
    {
        var context = new DashboardContext(browser);
        var options = new TasksDashboardOptions();
        configure?.Invoke(options);
        await context.Services.GetRequiredService<DashboardSession>()
            .BeginAsync(context.Services.GetRequiredService<DashboardMounts>().Add("/tasks", options).Id);
        context.Services.GetRequiredService<Viewer>().Take(new BrowserFacts("Europe/Berlin", false, "light", false));
        return context;
    }

    public void Go(string page) => Services.GetRequiredService<NavigationManager>().NavigateTo(page);

    private sealed class Lifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => throw new NotSupportedException();
    }
}
