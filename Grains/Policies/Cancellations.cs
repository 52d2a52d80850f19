using OrleansTasks.Errors;

namespace OrleansTasks.Policies;

/// <summary>Decides whether an exception of a handler is the requested cancellation, however it is wrapped. Pure.</summary>
internal static class Cancellations
{
    /// <summary>
    /// Decides whether an exception is only a cancellation: it is one, it wraps one, or all exceptions that it aggregates are. An HTTP
    /// client's own timeout, which is a cancellation around a <see cref="TimeoutException"/>, is a failure, unless it carries the token.
    /// </summary>
    /// <param name="e">The exception.</param>
    /// <param name="stop">The token that the handler was given.</param>
    public static bool IsCancellation(Exception e, CancellationToken stop)
    {
        var nodes = new List<Exception>(1) { e };
        var any = false;
        for (var i = 0; i < nodes.Count; i++)
        {
            if (nodes[i] is OperationCanceledException cancelled)
            {
                if (cancelled.InnerException is TimeoutException && cancelled.CancellationToken != stop)
                {
                    return false;
                }

                any = true;
                continue;
            }

            var inner = ExceptionText.InnerOf(nodes[i]).ToList();
            if (inner.Count == 0 || nodes.Count + inner.Count > ExceptionText.MostNodes)
            {
                return false;
            }

            nodes.AddRange(inner.Where(n => !nodes.Exists(known => ReferenceEquals(known, n))));
        }

        return any;
    }
}
