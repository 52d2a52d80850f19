namespace OrleansTasks.Chaos;

/// <summary>The exception that is thrown when the cluster cannot be judged. The message says why.</summary>
internal sealed class CheckImpossibleException(string message, Exception? inner = null) : Exception(message, inner);
