using OrleansTasks.Storage;

namespace OrleansTasks.Tests.Storage;

internal static class RoomExtensions
{
    /// <summary>Returns whether the log would accept a commit now.</summary>
    public static bool HasRoomFor(this PartitionLog log, IReadOnlyList<LogChange> changes)
    {
        try
        {
            log.EnsureRoom(changes.Count, changes.Sum(c => (long)c.Bytes));
            return true;
        }
        catch (TasksOverloadedException)
        {
            return false;
        }
    }
}
