namespace OrleansTasks.Storage;

/// <summary>Thrown when another owner has taken the partition over. This owner must stop, and storage rejects its further writes.</summary>
[GenerateSerializer, Alias("OrleansTasks.PartitionFencedException")]
internal sealed class PartitionFencedException(string message, Exception? inner = null) : TaskException(null, message, inner);
