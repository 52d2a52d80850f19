using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using OrleansTasks.Grains;
using OrleansTasks.Running;

namespace OrleansTasks.Silos;

/// <summary>
/// Implements <see cref="ISiloControlGrain"/>. A drained silo does not give this grain away, so the silo that is drained can answer.
/// </summary>
[GrainType("orleans-tasks.silo-control"), StatelessWorker, Reentrant]
internal sealed class SiloControlGrain(ISiloServiceClient silos, ClusterView cluster,
    [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time) : Grain, ISiloControlGrain
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<IReadOnlyList<SiloOverview>> ListAsync()
    {
        await cluster.TryRefreshAsync(Patience, time, static _ => { });
        return await Task.WhenAll(cluster.Alive.OrderBy(static s => s.ToString(), StringComparer.Ordinal).Select(DescribeAsync));
    }

    public async Task<SiloOverview> DrainAsync(string silo) => await silos.On(await FindAsync(silo)).DrainAsync();

    public async Task<SiloOverview> ResumeAsync(string silo) => await silos.On(await FindAsync(silo)).ResumeAsync();

    private async Task<SiloOverview> DescribeAsync(SiloAddress silo)
    {
        try
        {
            return await silos.On(silo).DescribeAsync().WaitAsync(Patience, time);
        }
        catch (Exception)
        {
            // The silo is about to leave, does not answer, or is of an earlier version.
            return new SiloOverview(silo.ToString(), null, null, 0) { IsDrained = cluster.Drained.Contains(silo) };
        }
    }

    private async Task<SiloAddress> FindAsync(string silo)
    {
        if (Find(silo) is null)
        {
            // The silo may just have joined.
            await cluster.RefreshAsync();
        }

        return Find(silo)
            ?? throw new SiloNotFoundException(silo, [.. cluster.Alive.Select(s => s.ToString()).Order(StringComparer.Ordinal)]);
    }

    private SiloAddress? Find(string silo) => cluster.Alive.FirstOrDefault(s => s.ToString() == silo || s.ToParsableString() == silo);
}
