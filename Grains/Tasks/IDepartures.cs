using OrleansTasks.Calls;

namespace OrleansTasks.Tasks;

/// <summary>Tells partitions that task grains have left, and repeats it until they know.</summary>
internal interface IDepartures
{
    /// <summary>Tells one partition.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="task">The task.</param>
    /// <param name="departure">What is left to the partition.</param>
    /// <param name="after">A call to the partition that may have attached the activation once more, and that must complete first.</param>
    Task LeaveAsync(IPartition partition, string task, Departure departure, Task? after);
}
