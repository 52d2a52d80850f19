using OrleansTasks.Calls;
using OrleansTasks.Grains;

namespace OrleansTasks.Groups;

/// <summary>Calls the grains of tasks. Groups reach them only through this class.</summary>
internal sealed class GroupTasks(IGrainFactory grains) : IGroupTasks
{
    public Task<IReadOnlyList<Guid>> UnderWayAsync(string task, IReadOnlyList<Guid> runs) =>
        grains.Refer<ITaskEngine>(task).HaveGroupPlacesAsync(runs);
}
