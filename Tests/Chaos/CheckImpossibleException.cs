namespace OrleansTasks.Chaos;

/// <summary>Nothing can be said about the cluster; the message says why.</summary>
internal sealed class CheckImpossibleException(string message, Exception? inner = null) : Exception(message, inner);
