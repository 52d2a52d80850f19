namespace OrleansTasks.Storage;

/// <summary>News of a partition's stored data, for the operator.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Text">The same in words, with what and how much.</param>
internal sealed record StorageNotice(TaskEventKind Kind, string Text);
