namespace OrleansTasks.Groups;

/// <summary>What is known of a group's limits besides its own records: that they were stored, and which configuration may set them.</summary>
internal interface IGroupMarks
{
    /// <summary>Makes sure that there is room for a group's limits before they are stored for the first time.</summary>
    /// <exception cref="TasksOverloadedException">There are too many groups.</exception>
    Task AdmitAsync(string group);

    /// <summary>Notes whether a group's limits are stored.</summary>
    /// <returns>Whether they were known to be stored before.</returns>
    Task<bool> NoteAsync(string group, bool isStored);

    /// <summary>Whether a configuration is in force.</summary>
    /// <param name="number">Its place in the order of configurations.</param>
    Task<bool> IsInForceAsync(long number);
}
