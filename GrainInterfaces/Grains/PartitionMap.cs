using System.IO.Hashing;
using System.Text;

namespace OrleansTasks.Grains;

/// <summary>Which partition a task belongs to; the same in every process, for ever.</summary>
internal static class PartitionMap
{
    public static int PartitionOf(string task, int partitions) =>
        (int)(XxHash32.HashToUInt32(Encoding.UTF8.GetBytes(task)) % (uint)partitions);
}
