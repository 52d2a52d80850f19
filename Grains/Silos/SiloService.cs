using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using OrleansTasks.Running;

namespace OrleansTasks.Silos;

/// <summary>Makes the <see cref="SiloDrain"/> of this silo available as an Orleans grain service.</summary>
[Reentrant]
internal sealed class SiloService(GrainId id, Silo silo, ILoggerFactory loggers, SiloDrain drain, DrainedSilos drained)
    : GrainService(id, silo, loggers), ISiloService
{
    public async Task<SiloOverview> DrainAsync()
    {
        await drain.DrainAsync();
        return drain.Describe();
    }

    public async Task<SiloOverview> ResumeAsync()
    {
        await drain.ResumeAsync();
        return drain.Describe();
    }

    public Task<SiloOverview> DescribeAsync() => Task.FromResult(drain.Describe());

    public Task NoteDrainedAsync(SiloAddress silo, bool isDrained, long version)
    {
        drained.Note(silo, isDrained, version);
        return Task.CompletedTask;
    }
}
