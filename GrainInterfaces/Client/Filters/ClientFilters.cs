using OrleansTasks.Values;

namespace OrleansTasks.Client.Filters;

/// <summary>The filters of the client, and what calls inherit from the run that they are made in.</summary>
/// <param name="find">Finds the filters, at the first call: one of them may need the client itself.</param>
/// <param name="run">Knows what is inherited; null where nothing is.</param>
internal sealed class ClientFilters(Func<IEnumerable<ITaskClientFilter>>? find = null, IRunHeaders? run = null)
{
    private ITaskClientFilter[]? _filters = find is null ? [] : null;

    /// <summary>Whether there are any.</summary>
    public bool Any => All.Length > 0;

    /// <summary>The headers that a call inherits; null if there are none.</summary>
    public TaskHeaders? Inherited => run?.Inherited;

    private ITaskClientFilter[] All => _filters ??= [.. find!()];

    /// <summary>The headers of a call: what the caller gave, over what is inherited; null if there are none.</summary>
    /// <exception cref="InvalidTaskException">What the caller gave is not valid.</exception>
    public TaskHeaders? HeadersOf(string task, IReadOnlyDictionary<string, string>? given)
    {
        var headers = TaskHeaders.Of(given);
        TaskHeaders.Check(task, headers);
        return TaskHeaders.Over(headers, Inherited);
    }

    /// <summary>Takes a call through the filters.</summary>
    /// <param name="call">The call.</param>
    /// <param name="ask">Asks the cluster, for what the filters made of it.</param>
    /// <exception cref="InvalidOperationException">A filter has answered with something else than belongs to the call.</exception>
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
