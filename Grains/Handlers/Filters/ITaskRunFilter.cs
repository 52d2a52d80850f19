namespace OrleansTasks;

/// <summary>
/// Is called around each attempt of a run on this silo. It may look at the run, its arguments and headers, prepare services of its scope, exchange the value, leave the handler out, catch what it
/// throws, and measure.
/// </summary>
/// <remarks>
/// Added by <see cref="TasksBuilder.AddFilter{TFilter}()"/> for all handlers, or for some by their names. Filters are called in the order in which they were added, the first one outermost; those of
/// some handlers come inside those of all. Each is resolved from the run's own scope when it is reached: as a service if the container has it, else it is made with services of the scope, and disposed
/// after the run. What a filter throws is as if the handler had thrown it: retries, cancellation, <see cref="DoNotRetryException"/> and its like mean the same. The value is written as JSON when the
/// outermost filter has returned.
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
    /// <summary>Is called for an attempt.</summary>
    /// <param name="run">The run.</param>
    /// <param name="next">The next filter, or the handler. Not called: the handler is left out. Called again, one after the other: it is called again, in the same scope.</param>
    /// <returns>The value; null for none. What <paramref name="next"/> gives is the handler's own value, as it returned it.</returns>
    ValueTask<object?> InvokeAsync(TaskRunContext run, TaskRunDelegate next);
}
