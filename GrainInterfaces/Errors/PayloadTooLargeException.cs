namespace OrleansTasks;

/// <summary>The exception that is thrown when arguments, headers, a value or a message exceed a size limit of the cluster.</summary>
[GenerateSerializer, Alias("OrleansTasks.PayloadTooLargeException")]
public sealed class PayloadTooLargeException : TaskException
{
    /// <summary>Initializes a new instance of the <see cref="PayloadTooLargeException"/> class.</summary>
    /// <param name="task">The task's name, or null if there is none.</param>
    /// <param name="what">The name of what is too large.</param>
    /// <param name="size">The size in bytes.</param>
    /// <param name="limit">The limit in bytes.</param>
    public PayloadTooLargeException(string? task, string what, long size, long limit)
        : base(task, $"{what} has {size} bytes of JSON; {limit} are allowed.")
    {
        Size = size;
        Limit = limit;
    }

    internal PayloadTooLargeException(string? task, long size, long limit, string message)
        : base(task, message)
    {
        Size = size;
        Limit = limit;
    }

    /// <summary>Gets the size in bytes.</summary>
    [Id(0)]
    public long Size { get; }

    /// <summary>Gets the limit in bytes.</summary>
    [Id(1)]
    public long Limit { get; }
}
