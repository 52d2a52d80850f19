namespace OrleansTasks.Handlers.Filters;

/// <summary>Represents a filter that is a lambda.</summary>
internal sealed class DelegateFilter(Func<TaskRunContext, TaskRunDelegate, ValueTask<object?>> filter) : ITaskRunFilter
{
    public ValueTask<object?> InvokeAsync(TaskRunContext run, TaskRunDelegate next) => filter(run, next);
}
