using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Storage;
using Orleans.Streams;
using OrleansTasks;
using OrleansTasks.Streams.Queues;

namespace Orleans.Hosting;

/// <summary>Adds what a silo with tasks needs besides its storage. The methods that choose a storage call these.</summary>
public static class TaskSiloHostingExtensions
{
    /// <summary>The name that Orleans gives to the storage of explicit stream subscriptions.</summary>
    internal const string PubSubStore = "PubSubStore";

    private static readonly TimeSpan StreamMemory = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Adds memory streams under <see cref="TaskStreams.Provider"/>, unless the host has registered a provider of that name. Subscribers
    /// read from the history what a lost silo had in memory. Messages of the last 30 seconds stay in memory; named
    /// <see cref="StreamCacheEvictionOptions"/> change that.
    /// </summary>
    /// <param name="builder">The silo builder.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public static ISiloBuilder AddTaskStreams(this ISiloBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!IsRegistered<IStreamProvider>(builder.Services, TaskStreams.Provider))
        {
            var name = TaskStreams.Provider;
            builder.Services.Configure<HashRingStreamQueueMapperOptions>(name, static o => o.TotalQueueCount = 2);

            // By default, everything from the last half hour is kept, whatever its size. A subscriber that is further behind than this
            // reads from the histories.
            builder.Services.Configure<StreamCacheEvictionOptions>(name,
                static o => (o.DataMinTimeInCache, o.DataMaxAgeInCache) = (StreamMemory / 2, StreamMemory));

            // A read of a queue waits until there is something. The timer only starts the next read after one has ended.
            builder.AddPersistentStreams(name, BellQueueAdapterFactory.Create, static streams =>
                streams.ConfigurePullingAgent(
                    static agent => agent.Configure(static o => o.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(10))));
        }

        return builder;
    }

    /// <summary>
    /// Sets Orleans' failure detection as recommended for tasks: a silo that is gone, or does not answer for two to three seconds, is
    /// declared dead, and its tasks fire again elsewhere within five seconds.
    /// </summary>
    /// <param name="builder">The silo builder.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    /// <remarks>
    /// It probes every second and declares a silo dead after two missed probes and two votes (one vote if there are only two silos). A silo
    /// that freezes for longer, because its machine pauses or is starved, is declared dead too, and ends itself when it finds out. Where
    /// that happens, set <see cref="ClusterMembershipOptions"/> after this call. Orleans' own default takes about ten seconds.
    /// </remarks>
    public static ISiloBuilder UseQuickFailureDetection(this ISiloBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure<ClusterMembershipOptions>(static o =>
        {
            o.ProbeTimeout = TimeSpan.FromSeconds(1);

            // A silo that was heard within this time, multiplied by the missed probes, is not suspected.
            o.MaxProbeTimeout = TimeSpan.FromSeconds(1);
            o.NumMissedProbesLimit = 2;
            o.NumVotesForDeathDeclaration = 2;
            o.TableRefreshTimeout = TimeSpan.FromSeconds(10);
        });

        // The grain directory uses such calls to other silos. A call to a silo that was just lost is not answered, and a grain cannot be
        // reached meanwhile.
        builder.Services.Configure<SiloMessagingOptions>(static o => o.SystemResponseTimeout = TimeSpan.FromSeconds(5));
        return builder;
    }

    /// <summary>
    /// Makes a client look for gateways every five seconds (Orleans' default: every minute), so that it finds silos that replaced others.
    /// </summary>
    /// <param name="builder">The client builder.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public static IClientBuilder UseQuickGatewayRefresh(this IClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure<GatewayOptions>(static o => o.GatewayListRefreshPeriod = TimeSpan.FromSeconds(5));
        return builder;
    }

    internal static bool HasPubSubStore(this ISiloBuilder builder) => IsRegistered<IGrainStorage>(builder.Services, PubSubStore);

    private static bool IsRegistered<T>(IServiceCollection services, string name) =>
        services.Any(d => d.ServiceType == typeof(T) && Equals(d.ServiceKey, name));
}
