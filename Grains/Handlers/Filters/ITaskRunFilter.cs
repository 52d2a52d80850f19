namespace OrleansTasks;

/// <summary>
/// Defines a filter around each attempt of a run on this silo. A filter may inspect the run, its arguments and headers, prepare services of
/// its scope, replace the value, skip the handler, catch exceptions, and measure.
/// </summary>
/// <remarks>
/// <see cref="TasksBuilder.AddFilter{TFilter}()"/> adds a filter for all handlers, or for some by name. Filters are called in the order in
/// which they were added, the first one outermost. Filters for some handlers run inside those for all. Each filter is resolved from the
/// run's scope when it is reached: from the container if it is a service, otherwise created with services of the scope and disposed after
/// the run. An exception of a filter has the same effect as one of the handler: retries, cancellation, <see cref="DoNotRetryException"/>
/// and similar exceptions have the same meaning. The value is written as JSON after the outermost filter returns.
/// </remarks>
/// <example><code>
/// public sealed class UseTenant(TenantContext tenant) : ITaskRunFilter
/// {
///     public ValueTask&lt;object?&gt; InvokeAsync(TaskRunContext run, TaskRunDelegate next)
///     {
///         tenant.Name = run.Headers["tenant"];
///         return next(run);
///     }
/// }
/// </code></example>
public interface ITaskRunFilter
{
    /// <summary>Handles an attempt.</summary>
    /// <param name="run">The run.</param>
    /// <param name="next">The next filter, or the handler. If the filter does not call it, the handler is skipped. Further calls, one after
    /// the other, call the handler again in the same scope.</param>
    /// <returns>The value, or null for none. <paramref name="next"/> returns the handler's value as it is.</returns>
    ValueTask<object?> InvokeAsync(TaskRunContext run, TaskRunDelegate next);
}
