using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansTasks.Settings;
using OrleansTasks.Ui;

namespace OrleansTasks.Tests.Browser;

/// <summary>Tests that the host renders its pages before the first visit.</summary>
public sealed class WarmUpTests
{
    [Fact]
    public async Task Host_AfterItsStart_RendersItsPagesOnceInAdvance()
    {
        await using var host = await DashboardHost.StartAsync(app => app.MapTasksDashboard("/here"));
        host.Tasks.Add("one");
        var warmUp = host.Services.GetServices<IHostedService>().OfType<DashboardWarmUp>().Single();
        await warmUp.ExecuteTask!;
        var mount = host.Services.GetRequiredService<DashboardMounts>().First!;

        Assert.Equal(StatusCodes.Status200OK, await warmUp.RequestAsync(mount));
        var drawn = await warmUp.DrawAsync(mount);
        Assert.Contains("Overview", drawn, StringComparison.Ordinal);
        Assert.Contains("task/one", drawn, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_WithAPolicy_WarmUpDoesNotWeakenThePolicy()
    {
        await using var host = await DashboardHost.StartAsync(
            app => app.MapTasksDashboard(configure: o => o.ViewPolicy = "look"),
            CookieUsers.Add,
            app => app.UseAuthentication().UseAuthorization());
        await host.Services.GetServices<IHostedService>().OfType<DashboardWarmUp>().Single().ExecuteTask!;

        Assert.Equal(StatusCodes.Status401Unauthorized, (await host.GetAsync("/tasks/")).Status);
    }

    [Fact]
    public async Task Host_WithoutADashboard_Starts()
    {
        await using var host = await DashboardHost.StartAsync(_ => { });

        await host.Services.GetServices<IHostedService>().OfType<DashboardWarmUp>().Single().ExecuteTask!;
    }
}
