using System.Globalization;
using Orleans.Storage;
using OrleansTasks.Storage;

namespace OrleansTasks.Simulation;

internal sealed class EarlyAcknowledgement : PlantedDefect
{
    public override IGrainStorage Around(IGrainStorage storage, World world, SimSilo silo) => new Storage(storage, world, silo);

    private sealed class Storage(IGrainStorage storage, World world, SimSilo silo) : StorageDefect(storage)
    {
        protected override Task WriteSegmentAsync(IGrainState<SegmentRecord> segment, Func<Task> writeUnheard, Func<Task> write)
        {
            if (segment.State!.Kind == SegmentKind.Seal)
            {
                return write();
            }

            world.After(TimeSpan.FromMilliseconds(50), () => writeUnheard().Ignore(), silo);
            var tag = segment.ETag is { } known ? long.Parse(known, CultureInfo.InvariantCulture) : 0;
            (segment.ETag, segment.RecordExists) = ((tag + 1).ToString(CultureInfo.InvariantCulture), true);
            return Task.CompletedTask;
        }
    }
}
