using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using OrleansTasks;
using OrleansTasks.Client.Links;
using OrleansTasks.Health;
using OrleansTasks.Hosting;
using OrleansTasks.Streams;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the health checks of tasks.</summary>
public static class TasksHealthChecksBuilderExtensions
{
    /// <summary>The tag of the check that reports whether the process answers.</summary>
    public const string LiveTag = "live";

    /// <summary>The tag of the check that reports whether tasks run and can be requested.</summary>
    public const string ReadyTag = "ready";

    /// <summary>
    /// Adds two health checks: <c>orleanstasks-live</c> (tag <c>live</c>), which reports that the process answers, and
    /// <c>orleanstasks-ready</c> (tag <c>ready</c>), which reports that the cluster can be reached, every partition is active on a silo,
    /// storage accepts writes, and it is known whether the scheduler is started. For silos with <c>AddTasks</c> and clients with
    /// <c>AddTaskClient</c>.
    /// </summary>
    /// <param name="builder">The result of <c>AddHealthChecks()</c>.</param>
    /// <param name="configure">Sets the limits. Null keeps the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public static IHealthChecksBuilder AddOrleansTasks(this IHealthChecksBuilder builder, Action<TasksHealthOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = builder.Services.AddOptions<TasksHealthOptions>().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TasksHealthOptions>, TasksHealthOptionsValidator>());
        builder.Services.TryAddSingleton(static s => new ReadyCheck(
            s.GetRequiredService<Orleans.IGrainFactory>(), s.GetRequiredService<ClusterLink>(), EngineClocks.OfPauses(s),
            s.GetRequiredService<IOptions<TasksHealthOptions>>()));
        return builder
            .Add(new HealthCheckRegistration("orleanstasks-live", static _ => new LiveCheck(), null, [LiveTag]))
            .Add(new HealthCheckRegistration("orleanstasks-ready", static s => s.GetRequiredService<ReadyCheck>(), null, [ReadyTag]));
    }
}
