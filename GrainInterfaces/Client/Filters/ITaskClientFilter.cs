namespace OrleansTasks;

/// <summary>
/// Defines a filter around the calls of <see cref="ITaskClient"/> and <see cref="TaskHandle"/>: runs, dispatches, batches, triggered runs
/// and backfills. A filter may inspect and change arguments and headers, reject the call by throwing, answer without calling the cluster,
/// and inspect the answer.
/// </summary>
/// <remarks>
/// Filters are services of the process and apply to all calls: <c>services.AddTaskClientFilter&lt;T&gt;()</c>. They are called in the order
/// of registration, the first one outermost, once per call even if the call is repeated internally. The caller gets an exception that a
/// filter throws. Exceptions from <c>next</c> pass through the filters.
/// </remarks>
/// <example><code>
/// public sealed class SendTenant(ICurrentTenant tenant) : ITaskClientFilter
/// {
///     public ValueTask&lt;object?&gt; InvokeAsync(TaskClientCall call, TaskClientDelegate next)
///     {
///         call.Headers["tenant"] = tenant.Name;
///         return next(call);
///     }
/// }
/// </code></example>
public interface ITaskClientFilter
{
    /// <summary>Handles a call.</summary>
    /// <param name="call">The call. Changes that the filter makes to it take effect from here on.</param>
    /// <param name="next">The next filter, or the cluster. If the filter does not call it, the cluster is not called. Each further call is
    /// a further request to the cluster.</param>
    /// <returns>The answer. Its type depends on the kind of call; see <see cref="TaskClientCallKind"/>.</returns>
    ValueTask<object?> InvokeAsync(TaskClientCall call, TaskClientDelegate next);
}
