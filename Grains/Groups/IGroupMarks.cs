namespace OrleansTasks.Groups;

/// <summary>Where it is known, besides a group's own records, that its limits were stored.</summary>
internal interface IGroupMarks
{
    /// <summary>Notes whether a group's limits are stored.</summary>
    /// <returns>Whether they were known to be stored before.</returns>
    Task<bool> NoteAsync(string group, bool isStored);
}
