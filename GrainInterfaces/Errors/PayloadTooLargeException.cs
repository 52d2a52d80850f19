namespace OrleansTasks;

/// <summary>Arguments, headers, a value or a message are larger than the cluster takes.</summary>
[GenerateSerializer, Alias("OrleansTasks.PayloadTooLargeException")]
public sealed class PayloadTooLargeException : TaskException
{
    /// <summary>Makes an error.</summary>
    /// <param name="task">The task's name; null if there is none.</param>
    /// <param name="what">What is too large.</param>
    /// <param name="size">Its size in bytes.</param>
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

    /// <summary>The size in bytes.</summary>
    [Id(0)]
    public long Size { get; }

    /// <summary>The limit in bytes.</summary>
    [Id(1)]
    public long Limit { get; }
}
