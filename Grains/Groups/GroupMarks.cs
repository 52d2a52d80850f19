using Microsoft.Extensions.Options;
using OrleansTasks.Calls;
using OrleansTasks.Grains;

namespace OrleansTasks.Groups;

/// <summary>
/// Calls the partitions. They know which groups have stored limits, and the first one knows which configuration is in force. Groups reach
/// them only through this class.
/// </summary>
internal sealed class GroupMarks(IGrainFactory grains, IOptions<TasksOptions> options) : IGroupMarks
{
    public Task AdmitAsync(string group) => PartitionOf(group).AdmitGroupAsync(group);

    public Task<bool> NoteAsync(string group, bool isStored) => PartitionOf(group).NoteGroupAsync(group, isStored);

    public Task<bool> IsInForceAsync(long number) => grains.Refer<IPartition>(0).IsConfigurationInForceAsync(number);

    private IPartition PartitionOf(string group) => grains.Refer<IPartition>(PartitionMap.PartitionOf(group, options.Value.Partitions));
}
