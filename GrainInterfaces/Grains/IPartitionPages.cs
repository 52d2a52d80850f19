namespace OrleansTasks.Grains;

/// <summary>Defines what the client reads from a partition page by page, so that no answer exceeds the size of a message.</summary>
[Alias("OrleansTasks.IPartitionPages")]
internal interface IPartitionPages : IGrainWithIntegerKey
{
    /// <summary>
    /// Returns the handlers of the cluster whose names follow a given one, in the order of their names, up to the size of a page.
    /// </summary>
    [Alias("HandlersAfter")]
    Task<IReadOnlyList<HandlerInfo>> HandlersAfterAsync(string name);

    /// <summary>Returns the business calendars whose names follow a given one, up to the size of a page.</summary>
    [Alias("CalendarsAfter")]
    Task<IReadOnlyDictionary<string, BusinessCalendar>> CalendarsAfterAsync(string name);
}
