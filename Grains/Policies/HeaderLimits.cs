using OrleansTasks.Values;

namespace OrleansTasks.Policies;

/// <summary>Limits the number and size of headers. Pure.</summary>
internal static class HeaderLimits
{
    /// <summary>Returns the faults in the number of headers, or none.</summary>
    /// <param name="task">The task.</param>
    /// <param name="headers">The headers, or null for none.</param>
    /// <param name="limits">The limits.</param>
    /// <exception cref="PayloadTooLargeException">The headers are too large.</exception>
    public static IEnumerable<string> Faults(string task, TaskHeaders? headers, TaskEngineLimits limits)
    {
        if (headers is null)
        {
            return [];
        }

        if (headers.Count > limits.MaxHeaders)
        {
            return [$"There are {headers.Count} headers, including the task's own; {limits.MaxHeaders} are allowed "
                + "(TasksOptions.Limits.MaxHeaders)."];
        }

        return headers.Size is var size && size > limits.MaxHeadersSize
            ? throw new PayloadTooLargeException(task, size, limits.MaxHeadersSize, $"The headers have {size} bytes, including the task's "
                + $"own; {limits.MaxHeadersSize} are allowed (TasksOptions.Limits.MaxHeadersSize).")
            : [];
    }

    /// <summary>Rejects headers that are too many or too large.</summary>
    /// <exception cref="InvalidTaskException">There are too many headers.</exception>
    /// <exception cref="PayloadTooLargeException">The headers are too large.</exception>
    public static void Check(string task, TaskHeaders? headers, TaskEngineLimits limits)
    {
        if (headers is not null && Faults(task, headers, limits).ToList() is { Count: > 0 } faults)
        {
            throw new InvalidTaskException(task, faults);
        }
    }
}
