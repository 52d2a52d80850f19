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
    /// Maps the dashboard, which uses the program's <see cref="ITaskClient"/>: in a web server after <c>AddTaskClient</c>, or in a silo. It
    /// requires <c>builder.Services.AddTasksDashboard()</c>.
    /// </summary>
    /// <remarks>
    /// By default, only requests from this machine are served. Change that with <c>RequireAuthorization</c> on the returned group, with
    /// <see cref="TasksDashboardOptions.ViewPolicy"/>, or with <c>AllowAnonymous</c>, which opens the dashboard to everybody. It can be
    /// mapped several times, under several prefixes and with different options.
    /// </remarks>
    /// <param name="endpoints">The endpoint route builder.</param>
    /// <param name="prefix">The path of the dashboard. Default: <c>/tasks</c>.</param>
    /// <param name="configure">Sets the options of this dashboard, after those of <c>AddTasksDashboard</c>. Null sets no further
    /// options.</param>
    /// <returns>The group of all endpoints of the dashboard.</returns>
    /// <exception cref="InvalidOperationException">No <see cref="ITaskClient"/> is registered, or <c>AddTasksDashboard</c> was not
    /// called.</exception>
    /// <exception cref="OptionsValidationException">An option is out of range. The exception lists all faults.</exception>
    public static RouteGroupBuilder MapTasksDashboard(this IEndpointRouteBuilder endpoints, string prefix = "/tasks",
        Action<TasksDashboardOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        var services = endpoints.ServiceProvider;
        if (services.GetService<IServiceProviderIsService>() is { } known)
        {
            Require(known.IsService(typeof(DashboardMounts)), "MapTasksDashboard needs its services, and none is registered. Call "
                + "builder.Services.AddTasksDashboard().");
            Require(known.IsService(typeof(ITaskClient)),
                "MapTasksDashboard needs an ITaskClient, and none is registered. Call AddTaskClient() on the Orleans client builder, or "
                    + "AddTasks() on the silo builder.");
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
