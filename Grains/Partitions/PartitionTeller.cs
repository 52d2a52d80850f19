using OrleansTasks.Records;
using static OrleansTasks.Partitions.PartitionMessages;

namespace OrleansTasks.Partitions;

/// <summary>Publishes and logs what happens to a partition and to its registry.</summary>
/// <param name="silo">The services that all partitions on the silo share.</param>
/// <param name="number">The partition's number.</param>
internal sealed class PartitionTeller(PartitionServices silo, int number)
{
    private const int ItemsNamed = 20;
    private const int TasksNamed = 10;

    /// <summary>Publishes that a task was changed.</summary>
    public void TellChanged(TaskEntry entry, TaskEventKind kind)
    {
        if (silo.Events.IsWanted())
        {
            var change = entry.Changes?[^1];
            silo.Events.Publish(
                new TaskEvent
                {
                    Task = entry.Name,
                    Kind = kind,
                    At = entry.UpdatedAt,
                    By = change is null ? TaskActor.Current : change.By,
                    Note = change?.Note,
                    Until = entry.PausedUntil
                });
        }
    }

    /// <summary>Publishes an event about the partition, or about a task's records.</summary>
    public void Tell(TaskEventKind kind, string note, string task = "") =>
        silo.Events.Publish(
            new TaskEvent { Task = task, Kind = kind, At = silo.Time.GetUtcNow(), Note = note, Silo = silo.Cluster.Local.ToString() });

    /// <summary>Reports which stored items could not be read.</summary>
    public void TellSetAside(IReadOnlyList<UnreadItem> items)
    {
        foreach (var item in items.Take(ItemsNamed))
        {
            LogSetAside(silo.Log, item.Key, number, item.Reason);
            Tell(TaskEventKind.StoredItemSetAside, $"Item '{item.Key}' of partition p{number} cannot be read and is ignored: "
                + $"{item.Reason}", item.Task);
        }

        if (items.Count > ItemsNamed)
        {
            LogSetAside(silo.Log, $"and {items.Count - ItemsNamed} more", number, "see the ones before");
        }
    }

    /// <summary>Reports for which tasks stored instants were corrected, and which instant was furthest ahead.</summary>
    public void TellHealed(IReadOnlyList<string> tasks, DateTimeOffset furthest)
    {
        var now = silo.Time.GetUtcNow();
        var ahead = furthest - now;
        LogHealed(silo.Log, number, furthest, ahead, tasks.Count, string.Join(", ", tasks.Take(TasksNamed)));
        foreach (var task in tasks.Where(_ => silo.Events.IsWanted()))
        {
            var note = $"Stored instants were up to {ahead} ahead of the clock and were set to the present.";
            silo.Events.Publish(
                new TaskEvent { Task = task, Kind = TaskEventKind.ClockCorrected, At = now, Until = furthest, Note = note });
        }
    }
}
