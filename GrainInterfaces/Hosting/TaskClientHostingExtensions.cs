using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Streams;
using OrleansTasks;
using OrleansTasks.Client;
using OrleansTasks.Client.Feeds;
using OrleansTasks.Client.Filters;
using OrleansTasks.Client.Links;
using OrleansTasks.Hosting;
using OrleansTasks.Streams;
using OrleansTasks.Streams.Queues;
using OrleansTasks.Telemetry;

namespace Orleans.Hosting;

/// <summary>Adds <see cref="ITaskClient"/> to an Orleans client.</summary>
public static class TaskClientHostingExtensions
{
    /// <summary>
    /// Registers <see cref="ITaskClient"/>, memory streams under <see cref="TaskStreams.Provider"/> unless the host has registered a
    /// provider of that name, and a connection filter that keeps trying for <see cref="TaskClientOptions.ConnectTimeout"/>.
    /// </summary>
    /// <remarks>
    /// The codec of <see cref="ArraySegment{T}"/>, which memory streams use, is replaced by a faster one with the same format, unless
    /// <see cref="TaskClientOptions.ReplaceSegmentCodec"/> is false.
    /// </remarks>
    /// <param name="builder">The client builder.</param>
    /// <param name="configure">Sets the options. Null keeps the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public static IClientBuilder AddTaskClient(this IClientBuilder builder, Action<TaskClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!builder.Services.Any(d => d.ServiceType == typeof(IStreamProvider) && Equals(d.ServiceKey, TaskStreams.Provider)))
        {
            builder.AddMemoryStreams(TaskStreams.Provider);
        }

        builder.Services.AddSingleton<IClientConnectionRetryFilter, ConnectUntilTimeout>();
        builder.Services.AddTaskClientServices(configure);
        builder.Services.AddSingleton<IClusterConnectionStatusObserver>(static s => s.GetRequiredService<ClusterLink>());
        builder.Services.AddSingleton<ILifecycleParticipant<IClusterClientLifecycle>>(
            static s => s.GetRequiredService<ClusterLinkLifecycle>());
        return builder;
    }

    internal static void AddTaskClientServices(this IServiceCollection services, Action<TaskClientOptions>? configure)
    {
        services.AddOrleansAssemblies(typeof(ITaskClient).Assembly);
        services.AddSegmentCodec();
        services.AddContainedLogger<TaskClient>();
        services.AddContainedLogger<ConnectUntilTimeout>();
        services.AddOptions<TaskClientOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TaskClientOptions>, TaskClientOptionsValidator>());
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<LoggerFilterOptions>, OwnLogRule>());
        services.TryAddSingleton(static s => new ClusterLink(EngineClocks.OfPauses(s), s.GetRequiredService<ILogger<TaskClient>>()));
        services.TryAddSingleton<ClusterLinkLifecycle>();
        services.TryAddSingleton<ClientMetrics>();
        services.TryAddSingleton<ITaskClient>(static s =>
        {
            var options = s.GetRequiredService<IOptions<TaskClientOptions>>().Value;
            var time = EngineClocks.OfGrains(s);
            var log = s.GetRequiredService<ILogger<TaskClient>>();
            var link = s.GetRequiredService<ClusterLink>();
            return new TaskClient(
                s.GetRequiredService<IGrainFactory>(), new StreamFeeds(s, link, options, time, log),
                new ClusterCalls(link, EngineClocks.OfPauses(s), options, log, s.GetRequiredService<ClientMetrics>()), time, options,
                s.GetService<IRunWaits>(),
                new ClientFilters(s.GetServices<ITaskClientFilter>, s.GetService<IRunHeaders>()));
        });
    }
}
