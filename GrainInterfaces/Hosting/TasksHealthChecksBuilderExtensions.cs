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
    /// <summary>The tag of the check that says whether the process answers.</summary>
    public const string LiveTag = "live";

    /// <summary>The tag of the check that says whether tasks run and can be asked for.</summary>
    public const string ReadyTag = "ready";

    /// <summary>
    /// Adds <c>orleanstasks-live</c> (tag <c>live</c>: the process answers) and <c>orleanstasks-ready</c> (tag <c>ready</c>: the cluster is within reach, every partition is active on some
    /// silo, storage takes writes, and it is known whether the scheduler is started). For silos with <c>AddTasks</c>, and for clients with <c>AddTaskClient</c>.
    /// </summary>
    /// <param name="builder">What <c>AddHealthChecks()</c> gives.</param>
    /// <param name="configure">Sets limits; null for the defaults.</param>
    /// <returns>The builder.</returns>
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
            s.GetRequiredService<Orleans.IGrainFactory>(), s.GetRequiredService<ClusterLink>(), EngineClocks.OfPauses(s), s.GetRequiredService<IOptions<TasksHealthOptions>>()));
        return builder
            .Add(new HealthCheckRegistration("orleanstasks-live", static _ => new LiveCheck(), null, [LiveTag]))
            .Add(new HealthCheckRegistration("orleanstasks-ready", static s => s.GetRequiredService<ReadyCheck>(), null, [ReadyTag]));
    }
}
