namespace OrleansTasks.Groups;

/// <summary>Defines what the partitions know about a group's limits: that they were stored, and which configuration may set them.</summary>
internal interface IGroupMarks
{
    /// <summary>Ensures that there is room for a group's limits before they are stored for the first time.</summary>
    /// <exception cref="TasksOverloadedException">There are too many groups.</exception>
    Task AdmitAsync(string group);

    /// <summary>Records whether a group's limits are stored.</summary>
    /// <returns>Whether they were known to be stored before.</returns>
    Task<bool> NoteAsync(string group, bool isStored);

    /// <summary>Returns whether a configuration is in force.</summary>
    /// <param name="number">The position of the configuration in their order.</param>
    Task<bool> IsInForceAsync(long number);
}
