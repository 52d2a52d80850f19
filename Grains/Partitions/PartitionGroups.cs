namespace OrleansTasks.Partitions;

/// <summary>Remembers of which groups limits were stored, in records of their own: where they are missing then, they were lost.</summary>
/// <param name="context">What all parts of the partition share.</param>
internal sealed class PartitionGroups(PartitionContext context) : PartitionPart(context)
{
    /// <summary>Notes whether a group's limits are stored. Once they were, they are to be.</summary>
    /// <returns>Whether they were known to be stored before.</returns>
    public async Task<bool> NoteAsync(string group, bool isStored)
    {
        var wasKnown = State.Groups.Has(group);
        if (isStored && !wasKnown)
        {
            Keeper.EnsureRoom(1, 0);
            State.Groups.Add(group);
        }

        await CommitAsync();
        return wasKnown;
    }
}
