using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Company.Tasks.ServiceDefaults;

/// <summary>Adds what silos and web servers have in common.</summary>
public static class Defaults
{
    /// <summary>Adds the health checks of tasks. Tag your own checks with "live" or "ready".</summary>
    public static void AddServiceDefaults(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddHealthChecks().AddOrleansTasks();
    }

    /// <summary>
    /// Maps the health endpoints. Live: the process answers; restart it if not. Ready: it can do its work; send it no requests if not.
    /// </summary>
    public static void MapServiceDefaults(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = static check => check.Tags.Contains("live") });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = static check => check.Tags.Contains("ready") });
    }

    /// <summary>
    /// Returns the connection string of the store, which has the tasks and the list of silos. It is the setting Cluster:ConnectionString,
    /// or the content of the file that Cluster:ConnectionStringFile names.
    /// </summary>
    public static string StoreConnection(this IConfiguration settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings["Cluster:ConnectionStringFile"] is { Length: > 0 } file
            ? File.ReadAllText(file).Trim()
            : settings["Cluster:ConnectionString"]
                ?? throw new InvalidOperationException("The setting Cluster:ConnectionString is missing.");
    }

    /// <summary>Returns the id that separates clusters that share a store: the setting Cluster:Id.</summary>
    public static string ClusterId(this IConfiguration settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings["Cluster:Id"] ?? "company-tasks";
    }
}
