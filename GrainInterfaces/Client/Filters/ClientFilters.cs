using OrleansTasks.Values;

namespace OrleansTasks.Client.Filters;

/// <summary>Runs the filters of the client, and determines what calls inherit from the run in which they are made.</summary>
/// <param name="find">Finds the filters at the first call, because one of them may need the client itself.</param>
/// <param name="run">Determines what is inherited, or null if nothing is.</param>
internal sealed class ClientFilters(Func<IEnumerable<ITaskClientFilter>>? find = null, IRunHeaders? run = null)
{
    private ITaskClientFilter[]? _filters = find is null ? [] : null;

    /// <summary>Gets whether there are any filters.</summary>
    public bool Any => All.Length > 0;

    /// <summary>Gets the headers that a call inherits, or null if there are none.</summary>
    public TaskHeaders? Inherited => run?.Inherited;

    private ITaskClientFilter[] All => _filters ??= [.. find!()];

    /// <summary>Returns the headers of a call: those of the caller override inherited ones. Null if there are none.</summary>
    /// <exception cref="InvalidTaskException">The caller's headers are not valid.</exception>
    public TaskHeaders? HeadersOf(string task, IReadOnlyDictionary<string, string>? given)
    {
        var headers = TaskHeaders.Of(given);
        TaskHeaders.Check(task, headers);
        return TaskHeaders.Over(headers, Inherited);
    }

    /// <summary>Passes a call through the filters.</summary>
    /// <param name="call">The call.</param>
    /// <param name="ask">Calls the cluster with the result of the filters.</param>
    /// <exception cref="InvalidOperationException">A filter has returned a value of the wrong type for the call.</exception>
    public async Task<T> PassAsync<T>(TaskClientCall call, Func<TaskClientCall, TaskHeaders?, Task<T>> ask)
    {
        var answer = await NextAsync(0, call, AskAsync).ConfigureAwait(false);
        return answer is T right ? right : throw new InvalidOperationException(
            $"A filter answered a {call.Kind} of {(call.Task is null ? "a batch" : $"the task '{call.Task}'")} with "
                + $"{answer?.GetType().ToString() ?? "null"}; the answer must be a {typeof(T)} ({nameof(TaskClientCallKind)}).");

        async ValueTask<object?> AskAsync(TaskClientCall passed)
        {
            var headers = passed.SentHeaders;
            TaskHeaders.Check(passed.Task, headers);
            return await ask(passed, headers).ConfigureAwait(false);
        }
    }

    private ValueTask<object?> NextAsync(int filter, TaskClientCall call, TaskClientDelegate ask) =>
        filter == All.Length ? ask(call) : All[filter].InvokeAsync(call, next => NextAsync(filter + 1, next, ask));
}
