using Microsoft.Extensions.DependencyInjection;

namespace OrleansTasks.Chaos;

/// <summary>A handler that works for a tenant: a filter finds it in the headers of the run, and puts it into a service of the run's scope, which the handler is given.</summary>
internal static class TenantHandler
{
    /// <summary>Gives the name of its tenant.</summary>
    public const string Name = "tenant";

    public static void Define(TasksBuilder tasks) => tasks
        .AddFilter<UseTenant>(Name)
        .Define(Name, ([FromContainer] Tenant tenant) => tenant.Name ?? throw new InvalidOperationException("The run has no tenant."));

    public static void AddServices(IServiceCollection services) => services.AddScoped<Tenant>();

    /// <summary>The tenant of a run.</summary>
    internal sealed class Tenant
    {
        public string? Name { get; set; }
    }

    /// <summary>Finds it.</summary>
    internal sealed class UseTenant(Tenant tenant) : ITaskRunFilter
    {
        public ValueTask<object?> InvokeAsync(TaskRunContext run, TaskRunDelegate next)
        {
            tenant.Name = run.Headers.GetValueOrDefault("tenant");
            return next(run);
        }
    }
}
