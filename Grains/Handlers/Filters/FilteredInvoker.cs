using OrleansTasks.Handlers.Binding;

namespace OrleansTasks.Handlers.Filters;

/// <summary>Calls a handler through its filters. A handler without filters is called directly, at no cost.</summary>
internal sealed class FilteredInvoker(ITaskInvoker handler, IReadOnlyList<FilterSource> filters) : ITaskInvoker
{
    public IReadOnlyList<HandlerParameter> Parameters => handler.Parameters;

    public bool TakesAll => handler.TakesAll;

    public string? ValueFault => handler.ValueFault;

    public void Check(string task, TaskArguments arguments) => handler.Check(task, arguments);

    public async ValueTask<byte[]?> InvokeAsync(IServiceProvider services, TaskRunContext run, bool wantsValue)
    {
        var made = new MadeObjects();
        try
        {
            var value = await CallAsync(services, run, made).ConfigureAwait(false);
            return wantsValue ? Write(value, run.Task) : null;
        }
        finally
        {
            await made.DisposeAsync(run).ConfigureAwait(false);
        }
    }

    public ValueTask<object?> CallAsync(IServiceProvider services, TaskRunContext run, MadeObjects made) =>
        new Chain(this, services, run, made).NextAsync(0);

    public byte[]? Write(object? value, string task) => handler.Write(value, task);

    /// <summary>Leads one attempt through the filters.</summary>
    private sealed class Chain(FilteredInvoker owner, IServiceProvider services, TaskRunContext run, MadeObjects made)
    {
        private readonly ITaskRunFilter?[] _reached = new ITaskRunFilter?[owner.Filters.Count];

        public ValueTask<object?> NextAsync(int filter)
        {
            if (filter == _reached.Length)
            {
                return owner.Handler.CallAsync(services, run, made);
            }

            // The filter is created only now, because the outer filters may prepare what it needs.
            var reached = _reached[filter] ??= owner.Filters[filter].Get(services, made);
            return reached.InvokeAsync(run, given => ReferenceEquals(given, run)
                ? NextAsync(filter + 1)
                : throw new InvalidOperationException($"{reached.GetType()} passed a different run to the next filter. Pass the run that "
                    + "the filter received."));
        }
    }

    private IReadOnlyList<FilterSource> Filters => filters;

    private ITaskInvoker Handler => handler;
}
