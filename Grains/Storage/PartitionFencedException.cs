namespace OrleansTasks.Storage;

/// <summary>Another owner has taken the partition over; this one must stop, and nothing more of it will be stored.</summary>
[GenerateSerializer, Alias("OrleansTasks.PartitionFencedException")]
internal sealed class PartitionFencedException(string message, Exception? inner = null) : TaskException(null, message, inner);
