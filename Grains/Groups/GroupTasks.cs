using OrleansTasks.Calls;
using OrleansTasks.Grains;

namespace OrleansTasks.Groups;

/// <summary>Asks the grains of tasks. It is all that groups know of them.</summary>
internal sealed class GroupTasks(IGrainFactory grains) : IGroupTasks
{
    public Task<IReadOnlyList<Guid>> UnderWayAsync(string task, IReadOnlyList<Guid> runs) => grains.Refer<ITaskEngine>(task).HaveGroupPlacesAsync(runs);
}
