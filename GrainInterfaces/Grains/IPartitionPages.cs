namespace OrleansTasks.Grains;

/// <summary>What the client reads of a partition page by page, so that no answer is larger than a message may be.</summary>
[Alias("OrleansTasks.IPartitionPages")]
internal interface IPartitionPages : IGrainWithIntegerKey
{
    /// <summary>The handlers of the cluster whose names follow one, in order of their names, up to the size of a page.</summary>
    [Alias("HandlersAfter")]
    Task<IReadOnlyList<HandlerInfo>> HandlersAfterAsync(string name);

    /// <summary>The business calendars whose names follow one, up to the size of a page.</summary>
    [Alias("CalendarsAfter")]
    Task<IReadOnlyDictionary<string, BusinessCalendar>> CalendarsAfterAsync(string name);
}
