using Orleans.Storage;
using OrleansTasks.Storage;

namespace OrleansTasks.Simulation;

internal sealed class MissingSeal : PlantedDefect
{
    public override IGrainStorage Around(IGrainStorage storage, World world, SimSilo silo) => new Storage(storage);

    private sealed class Storage(IGrainStorage storage) : StorageDefect(storage)
    {
        protected override Task WriteSegmentAsync(IGrainState<SegmentRecord> segment, Func<Task> writeUnheard, Func<Task> write) =>
            segment.State!.Kind == SegmentKind.Seal ? Task.CompletedTask : write();
    }
}
