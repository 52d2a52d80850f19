using System.IO.Hashing;
using System.Text;

namespace OrleansTasks.Grains;

/// <summary>Determines the partition of a task. The result is the same in every process and every version.</summary>
internal static class PartitionMap
{
    public static int PartitionOf(string task, int partitions) =>
        (int)(XxHash32.HashToUInt32(Encoding.UTF8.GetBytes(task)) % (uint)partitions);
}
