namespace OrleansTasks.Storage;

/// <summary>Contains news of a partition's stored data, for the operator.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Text">A description of it, with the records and numbers that it concerns.</param>
internal sealed record StorageNotice(TaskEventKind Kind, string Text);
