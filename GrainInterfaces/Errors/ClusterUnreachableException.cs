namespace OrleansTasks;

/// <summary>The cluster could not be reached.</summary>
[GenerateSerializer, Alias("OrleansTasks.ClusterUnreachableException")]
public sealed class ClusterUnreachableException : TaskException
{
    /// <summary>Makes an error.</summary>
    /// <param name="message">What was tried, and for how long.</param>
    /// <param name="inner">The last failure.</param>
    public ClusterUnreachableException(string message, Exception? inner = null)
        : base(null, message, inner)
    {
    }
}
