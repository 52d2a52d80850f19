using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansTasks;
using OrleansTasks.Hosting;
using OrleansTasks.Settings;
using OrleansTasks.Ui;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the dashboard of OrleansTasks.</summary>
public static class TasksDashboardEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Serves the dashboard over the program's <see cref="ITaskClient"/>: in a client web server after <c>AddTaskClient</c>, or in a silo. Demands
    /// <c>builder.Services.AddTasksDashboard()</c>.
    /// </summary>
    /// <remarks>
    /// Unless something else is said, only requests from this machine are served: by <c>RequireAuthorization</c> on what is returned, by <see cref="TasksDashboardOptions.ViewPolicy"/>, or by
    /// <c>AllowAnonymous</c>, which opens it to everybody. It may be mapped several times, under several prefixes, with options of their own.
    /// </remarks>
    /// <param name="endpoints">Where to map it.</param>
    /// <param name="prefix">The path under which it is served. Default: <c>/tasks</c>.</param>
    /// <param name="configure">Sets the options of this dashboard, after those of <c>AddTasksDashboard</c>; null for none more.</param>
    /// <returns>The group of all endpoints of the dashboard.</returns>
    /// <exception cref="InvalidOperationException">No <see cref="ITaskClient"/> is registered, or <c>AddTasksDashboard</c> was not called.</exception>
    /// <exception cref="OptionsValidationException">Options are out of range; all faults are listed.</exception>
    public static RouteGroupBuilder MapTasksDashboard(this IEndpointRouteBuilder endpoints, string prefix = "/tasks", Action<TasksDashboardOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        var services = endpoints.ServiceProvider;
        if (services.GetService<IServiceProviderIsService>() is { } known)
        {
            Require(known.IsService(typeof(DashboardMounts)), "MapTasksDashboard needs its services. Call builder.Services.AddTasksDashboard().");
            Require(known.IsService(typeof(ITaskClient)), "MapTasksDashboard needs an ITaskClient, and none is registered. Call AddTaskClient() on the Orleans client builder, or AddTasks() on the silo builder.");
        }

        var options = services.GetRequiredService<IOptionsFactory<TasksDashboardOptions>>().Create(Options.DefaultName);
        configure?.Invoke(options);
        var mount = services.GetRequiredService<DashboardMounts>().Add(prefix, options.Validated());
        var group = endpoints.MapGroup(prefix);
        DashboardEndpoints.Map(group, mount);
        var guard = new DashboardGuard(mount);
        ((IEndpointConventionBuilder)group).Finally(guard.Protect);
        ServedAt.SayWhenStarted(services, "dashboard", () => guard.Path);
        if (options.ViewPolicy is { } policy)
        {
            group.RequireAuthorization(policy);
        }

        return group;
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidOperationException(message);
        }
    }
}
