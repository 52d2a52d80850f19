using Microsoft.Extensions.DependencyInjection;

namespace OrleansTasks.Chaos;

/// <summary>
/// Provides a handler that works for a tenant. A filter reads the tenant from the run's headers, and sets it in a scoped service that the
/// handler uses.
/// </summary>
internal static class TenantHandler
{
    /// <summary>The name of the handler that returns its tenant's name.</summary>
    public const string Name = "tenant";

    public static void Define(TasksBuilder tasks) => tasks
        .AddFilter<UseTenant>(Name)
        .Define(Name, ([FromContainer] Tenant tenant) => tenant.Name ?? throw new InvalidOperationException("The run has no tenant."));

    public static void AddServices(IServiceCollection services) => services.AddScoped<Tenant>();

    /// <summary>Stores the tenant of a run.</summary>
    internal sealed class Tenant
    {
        public string? Name { get; set; }
    }

    /// <summary>Sets the tenant from the run's headers.</summary>
    internal sealed class UseTenant(Tenant tenant) : ITaskRunFilter
    {
        public ValueTask<object?> InvokeAsync(TaskRunContext run, TaskRunDelegate next)
        {
            tenant.Name = run.Headers.GetValueOrDefault("tenant");
            return next(run);
        }
    }
}
