using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansTasks;
using OrleansTasks.Endpoints;
using OrleansTasks.Hosting;
using OrleansTasks.Http;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the HTTP API of OrleansTasks.</summary>
public static class TasksApiEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the HTTP API, which uses the program's <see cref="ITaskClient"/>: in a web server after <c>AddTaskClient</c>, or in a silo.
    /// </summary>
    /// <remarks>
    /// By default, only requests from this machine, under a name of this machine, are served. Change that with <c>RequireAuthorization</c>
    /// on the returned group, with <see cref="TasksApiOptions.LookPolicy"/> and <see cref="TasksApiOptions.ActPolicy"/>, with
    /// <c>AllowAnonymous</c>, which opens the API to everybody, or with <see cref="TasksApiOptions.AllowedHosts"/>.
    /// </remarks>
    /// <param name="endpoints">The endpoint route builder.</param>
    /// <param name="prefix">The path of the API. Default: <c>/api</c>.</param>
    /// <param name="configure">Sets the options. Null keeps the defaults.</param>
    /// <returns>The group of all endpoints of the API.</returns>
    /// <exception cref="InvalidOperationException">No <see cref="ITaskClient"/> is registered.</exception>
    /// <exception cref="OptionsValidationException">An option is out of range. The exception lists all faults.</exception>
    public static RouteGroupBuilder MapTasksApi(this IEndpointRouteBuilder endpoints, string prefix = "/api",
        Action<TasksApiOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        var services = endpoints.ServiceProvider;
        if (services.GetService<IServiceProviderIsService>() is { } known && !known.IsService(typeof(ITaskClient)))
        {
            throw new InvalidOperationException(
                "MapTasksApi needs an ITaskClient, and none is registered. Call AddTaskClient() on the Orleans client builder, or "
                    + "AddTasks() on the silo builder.");
        }

        var options = new TasksApiOptions();
        configure?.Invoke(options);
        if (options.Faults() is { Count: > 0 } faults)
        {
            throw new OptionsValidationException(nameof(TasksApiOptions), typeof(TasksApiOptions), faults);
        }

        var api = new TasksApi(services, options);
        var group = endpoints.MapGroup(prefix);
        group.AddEndpointFilter(new ApiFilter(api).InvokeAsync);
        var guard = new ApiGuard(api);
        ((IEndpointConventionBuilder)group).Finally(EndpointMapper.KeepPolicy);
        ((IEndpointConventionBuilder)group).Finally(guard.Protect);
        ServedAt.SayWhenStarted(services, "API", () => guard.Path);
        if (options.LookPolicy is { } look)
        {
            group.RequireAuthorization(look);
        }

        var names = prefix.Trim('/').Replace('/', '.');
        var mapper = new EndpointMapper(group, names, options.ActPolicy);
        TasksEndpoints.Map(mapper, api);
        RunsEndpoints.Map(mapper, api);
        RunOperationEndpoints.Map(mapper, api);
        BatchesEndpoints.Map(mapper, api);
        GroupsEndpoints.Map(mapper, api);
        CalendarsEndpoints.Map(mapper, api);
        ResultsEndpoints.Map(mapper, api);
        BroadcastsEndpoints.Map(mapper, api);
        SchedulerEndpoints.Map(mapper, api);
        SilosEndpoints.Map(mapper, api);
        return group;
    }
}
