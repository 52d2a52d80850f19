using OrleansTasks.Errors;

namespace OrleansTasks.Policies;

/// <summary>Whether what a handler threw is the cancellation that it was asked for, however it is wrapped. Pure.</summary>
internal static class Cancellations
{
    /// <summary>
    /// Returns whether an exception is nothing but a cancellation: it is one, or it wraps one, or all those that it gathers are. An HTTP client's own timeout, which is a cancellation
    /// around a <see cref="TimeoutException"/>, is a failure, unless it bears the token.
    /// </summary>
    /// <param name="e">What was thrown.</param>
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
