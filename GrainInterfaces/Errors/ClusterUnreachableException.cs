namespace OrleansTasks;

/// <summary>The exception that is thrown when the cluster cannot be reached.</summary>
[GenerateSerializer, Alias("OrleansTasks.ClusterUnreachableException")]
public sealed class ClusterUnreachableException : TaskException
{
    /// <summary>Initializes a new instance of the <see cref="ClusterUnreachableException"/> class.</summary>
    /// <param name="message">The attempted operation, and how long it was tried.</param>
    /// <param name="inner">The last failure.</param>
    public ClusterUnreachableException(string message, Exception? inner = null)
        : base(null, message, inner)
    {
    }
}
