namespace OrleansTasks;

/// <summary>
/// Is called around what <see cref="ITaskClient"/> and <see cref="TaskHandle"/> ask of tasks: runs, dispatches, batches, runs started by hand and backfills. It may look at arguments and headers
/// and change them, refuse by throwing, answer without asking, and look at the answer.
/// </summary>
/// <remarks>
/// Filters are services of the process, one for all calls: <c>services.AddTaskClientFilter&lt;T&gt;()</c>. They are called in the order in which they were registered, the first one outermost, once
/// for a call however often the call has to be repeated inside. An exception of a filter is thrown to the caller, and what <c>next</c> throws comes through the filters.
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
    /// <summary>Is called for a call.</summary>
    /// <param name="call">What is asked for; what the filter changes in it is what is asked for from here on.</param>
    /// <param name="next">The next filter, or the cluster. Not called: the cluster is not asked. Called again: it is asked for something more.</param>
    /// <returns>The answer, as <see cref="TaskClientCallKind"/> says for each kind of call.</returns>
    ValueTask<object?> InvokeAsync(TaskClientCall call, TaskClientDelegate next);
}
