using Microsoft.Extensions.DependencyInjection.Extensions;
using MudBlazor.Services;
using OrleansTasks;
using OrleansTasks.Hosting;
using OrleansTasks.Masks;
using OrleansTasks.Settings;
using OrleansTasks.Ui;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the services of the dashboard.</summary>
public static class TasksDashboardServiceCollectionExtensions
{
    /// <summary>
    /// Adds the services of the dashboard, which <c>app.MapTasksDashboard("/tasks")</c> then maps. They do not affect a host's own Blazor
    /// app.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets the options of every mapped dashboard. Null keeps the defaults.</param>
    /// <returns>The same services, so that calls can be chained.</returns>
    public static IServiceCollection AddTasksDashboard(this IServiceCollection services, Action<TasksDashboardOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddAuthorization();
        AddParts(services);
        services.AddHostedService<DashboardWarmUp>();
        return configure is null ? services : services.Configure(configure);
    }

    /// <summary>Adds the services that the components need, independent of how they are rendered.</summary>
    internal static void AddParts(IServiceCollection services)
    {
        services.AddMudServices(mud =>
        {
            mud.SnackbarConfiguration.PreventDuplicates = false;
            mud.SnackbarConfiguration.MaxDisplayedSnackbars = 4;
        });
        services.AddContainedLogger<MaskingFaults>().AddContainedLogger<DashboardFeed>().AddContainedLogger<DashboardActions>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<DashboardMounts>();
        services.TryAddSingleton<MaskingFaults>();
        services.TryAddSingleton<DashboardFeed>();
        services.TryAddScoped<DashboardSession>();
        services.TryAddScoped<DashboardActions>();
        services.TryAddScoped<Viewer>();
        services.TryAddScoped<Notices>();
    }
}
