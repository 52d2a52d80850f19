using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Company.Tasks.ServiceDefaults;

/// <summary>What silos and web servers do alike.</summary>
public static class Defaults
{
    /// <summary>Adds the health checks of tasks. Tag those of your own with "live" or "ready".</summary>
    public static void AddServiceDefaults(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddHealthChecks().AddOrleansTasks();
    }

    /// <summary>Says whether the process answers (live: otherwise it is to be restarted) and whether it can do its work (ready: otherwise it is to get none).</summary>
    public static void MapServiceDefaults(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = static check => check.Tags.Contains("live") });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = static check => check.Tags.Contains("ready") });
    }

    /// <summary>Where tasks, and the list of silos, are kept: the setting Cluster:ConnectionString, or the file that Cluster:ConnectionStringFile names.</summary>
    public static string StoreConnection(this IConfiguration settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings["Cluster:ConnectionStringFile"] is { Length: > 0 } file
            ? File.ReadAllText(file).Trim()
            : settings["Cluster:ConnectionString"] ?? throw new InvalidOperationException("The setting Cluster:ConnectionString is missing.");
    }

    /// <summary>Tells clusters apart that share a store: the setting Cluster:Id.</summary>
    public static string ClusterId(this IConfiguration settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings["Cluster:Id"] ?? "company-tasks";
    }
}
