using OrleansTasks.Policies;

namespace OrleansTasks.Partitions;

/// <summary>Remembers for which groups limits were stored in records of their own. A missing record of such a group was lost.</summary>
/// <param name="context">The context that all parts of the partition share.</param>
internal sealed class PartitionGroups(PartitionContext context) : PartitionPart(context)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(1);

    // Groups whose limits may be stored but are not known to be yet, with the time of the question.
    private readonly Dictionary<string, long> _admitted = new(StringComparer.Ordinal);

    /// <summary>Ensures that there is room for a group's limits before they are stored for the first time.</summary>
    /// <exception cref="TasksOverloadedException">There are too many groups.</exception>
    public Task AdmitAsync(string group)
    {
        foreach (var (other, _) in _admitted.Where(a => Silo.Pauses.GetElapsedTime(a.Value) > CallTimes.Longest).ToList())
        {
            _admitted.Remove(other);
        }

        var count = State.Groups.Count + _admitted.Count;
        if (count >= Silo.Options.Limits.MaxGroupsPerPartition && !State.Groups.Has(group) && !_admitted.ContainsKey(group))
        {
            throw new TasksOverloadedException(
                null, $"Partition {Number} has {count} groups, which is its limit (TasksOptions.Limits.MaxGroupsPerPartition). Groups are "
                    + "not forgotten: use fewer names, or raise the limit.", RetryAfter);
        }

        if (!State.Groups.Has(group))
        {
            _admitted[group] = Silo.Pauses.GetTimestamp();
        }

        return CommitAsync();
    }

    /// <summary>Records whether a group's limits are stored. Once stored, they must exist.</summary>
    /// <returns>Whether they were known to be stored before.</returns>
    public async Task<bool> NoteAsync(string group, bool isStored)
    {
        var wasKnown = State.Groups.Has(group);
        if (isStored && !wasKnown)
        {
            Keeper.EnsureRoom(1, 0);
            State.Groups.Add(group);
            _admitted.Remove(group);
        }

        await CommitAsync();
        return wasKnown;
    }
}
