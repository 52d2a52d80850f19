using OrleansTasks.Client.Filters;
using OrleansTasks.Client.Links;
using OrleansTasks.Grains;
using OrleansTasks.Telemetry;
using OrleansTasks.Values;

namespace OrleansTasks.Client;

/// <summary>
/// Sends the requests of a client that create runs, with the headers that it inherits, and through its filters. Without either, nothing is
/// allocated for them.
/// </summary>
/// <param name="client">Calls tasks.</param>
/// <param name="runs">Starts awaited runs.</param>
/// <param name="calls">Repeats calls.</param>
/// <param name="grains">References to grains.</param>
/// <param name="time">The time, from which ids are derived.</param>
/// <param name="filters">The filters.</param>
internal sealed class TaskRequests(ITaskHandleClient client, RunCaller runs, ClusterCalls calls, Func<IGrainFactory> grains,
    TimeProvider time, ClientFilters filters)
{
    /// <summary>Runs a task, and waits for it.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="options">The options of the run.</param>
    /// <param name="ct">A token that cancels it.</param>
    public Task<TaskResult> RunAsync(RunId run, TaskArguments? arguments, RunOptions? options, CancellationToken ct)
    {
        TaskNames.Check(run.Task);
        var headers = filters.HeadersOf(run.Task, options?.Headers);
        return filters.Any ? PassRunAsync(run, arguments, options, headers, ct) : runs.RunAsync(run, arguments, With(options, headers), ct);
    }

    /// <summary>Stores a run.</summary>
    public Task<RunId> DispatchAsync(string task, TaskArguments? arguments, DispatchOptions? options, CancellationToken ct)
    {
        TaskNames.Check(task);
        var headers = filters.HeadersOf(task, options?.Headers);
        return filters.Any
            ? PassDispatchAsync(task, arguments, options, headers, ct)
            : SendDispatchAsync(task, arguments, With(options, headers), null, ct);
    }

    /// <summary>Stores a run whose id the caller has chosen.</summary>
    public Task<RunId> DispatchAsync(GivenRun given, TaskArguments? arguments, DispatchOptions? options, CancellationToken ct)
    {
        var task = TaskNames.Check(given.Run.Task);
        var headers = filters.HeadersOf(task, options?.Headers);
        return filters.Any
            ? filters.PassAsync(
                new TaskClientCall(TaskClientCallKind.Dispatch, task, headers, ct) { Arguments = arguments, DispatchOptions = options },
                (call, sent) => SendDispatchAsync(task, call.Arguments, With(call.DispatchOptions, sent), given, ct))
            : SendDispatchAsync(task, arguments, With(options, headers), given, ct);
    }

    /// <summary>Stores a run that repeats an ended run.</summary>
    public async Task<RunId> RetryAsync(RunId run, RetryOptions options, CancellationToken ct)
    {
        var old = await client.CallTaskAsync(run.Task, g => g.GetRunAsync(run), ct).ConfigureAwait(false)
            ?? throw new RunNotFoundException(run);
        if (old.Result is not { } result)
        {
            throw new TaskConflictException(run.Task, $"{run} has not ended: it is {old.Status}. Cancel it first, or wait for its end.");
        }

        if (result.LacksArguments && options.Arguments is null)
        {
            throw new TaskConflictException(
                run.Task,
                $"The arguments of {run} were not kept, because they are larger than {nameof(TaskEngineLimits.MaxKeptArgumentsSize)}. "
                    + "Give the arguments for the new run, or raise that limit for later ones.");
        }

        var sent = new DispatchOptions
        {
            RetryOf = run,
            IdempotencyKey = options.IdempotencyKey,
            Delay = options.Delay,
            Headers = old.Headers.Count == 0 ? null : old.Headers
        };
        return await DispatchAsync(run.Task, options.Arguments ?? old.Arguments, sent, ct).ConfigureAwait(false);
    }

    /// <summary>Stores many runs as one batch.</summary>
    public Task<Guid> DispatchBatchAsync(IReadOnlyList<BatchItem> items, Continuation? then, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(items);
        return filters.Any ? PassBatchAsync(items, then, ct) : SendBatchAsync(BatchOf(items, then, filters.Inherited), ct);
    }

    /// <summary>Starts a run on request.</summary>
    public Task<RunId> TriggerAsync(string task, TriggerOptions? options, CancellationToken ct)
    {
        var headers = filters.HeadersOf(task, options?.Headers);
        return filters.Any
            ? filters.PassAsync(new TaskClientCall(TaskClientCallKind.Trigger, task, headers, ct),
                (_, sent) => SendTriggerAsync(task, sent, ct))
            : SendTriggerAsync(task, headers, ct);
    }

    /// <summary>Creates runs for past occurrences.</summary>
    public Task<IReadOnlyList<RunId>> BackfillAsync(string task, DateTimeOffset from, DateTimeOffset to, TriggerOptions? options,
        CancellationToken ct)
    {
        var headers = filters.HeadersOf(task, options?.Headers);
        return filters.Any
            ? filters.PassAsync(new TaskClientCall(TaskClientCallKind.Backfill, task, headers, ct),
                (_, sent) => SendBackfillAsync(task, from, to, sent, ct))
            : SendBackfillAsync(task, from, to, headers, ct);
    }

    private Task<TaskResult> PassRunAsync(RunId run, TaskArguments? arguments, RunOptions? options, TaskHeaders? headers,
        CancellationToken ct)
    {
        var isAsked = false;
        return filters.PassAsync(
            new TaskClientCall(TaskClientCallKind.Run, run.Task, headers, ct) { Arguments = arguments, RunOptions = options },
            (call, sent) =>
        {
            // A filter that calls again requests another run.
            var id = isAsked ? new RunId(run.Task, RunId.NewValue(time.GetUtcNow())) : run;
            isAsked = true;
            return runs.RunAsync(id, call.Arguments, With(call.RunOptions, sent), ct);
        });
    }

    private Task<RunId> PassDispatchAsync(string task, TaskArguments? arguments, DispatchOptions? options, TaskHeaders? headers,
        CancellationToken ct) => filters.PassAsync(
        new TaskClientCall(TaskClientCallKind.Dispatch, task, headers, ct) { Arguments = arguments, DispatchOptions = options },
        (call, sent) => SendDispatchAsync(task, call.Arguments, With(call.DispatchOptions, sent), null, ct));

    private Task<Guid> PassBatchAsync(IReadOnlyList<BatchItem> items, Continuation? then, CancellationToken ct) => filters.PassAsync(
        new TaskClientCall(TaskClientCallKind.Batch, null, filters.Inherited, ct) { Items = items, Then = then },
        (call, sent) => SendBatchAsync(BatchOf(call.Items ?? [], call.Then, sent), ct));

    private Task<RunId> SendDispatchAsync(string task, TaskArguments? arguments, DispatchOptions? options, GivenRun? given,
        CancellationToken ct)
    {
        var isUnchecked = false;
        return AskAsync(task, "dispatch", SendAsync, ct);

        async Task<RunId> SendAsync(ITaskGrain grain, Guid id, bool repeated)
        {
            try
            {
                return await grain.DispatchAsync(
                    new DispatchRequest
                    {
                        Id = given?.Run.Value ?? id,
                        Repeated = repeated || given?.Repeated == true,
                        Unchecked = isUnchecked,
                        Arguments = arguments,
                        Options = options,
                    }).ConfigureAwait(false);
            }
            catch (Exception e) when (!ClusterCalls.IsRefusal(e))
            {
                // The silo may have been lost because it checked the arguments. No other silo must be lost in the same way.
                isUnchecked = true;
                throw;
            }
        }
    }

    private async Task<Guid> SendBatchAsync(BatchRequest request, CancellationToken ct)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow());
        return (await (TaskSpans.IsOn ? TaskSpans.SendAsync("dispatch batch", null, "batch", CreateAsync) : CreateAsync()).ConfigureAwait(
            false)).Id;

        Task<BatchInfo> CreateAsync() => calls.CallAsync(() => grains().Refer<IBatchGrain>(id).CreateAsync(request), ct);
    }

    private Task<RunId> SendTriggerAsync(string task, TaskHeaders? headers, CancellationToken ct) =>
        AskAsync(task, "trigger",
            (g, id, repeated) => g.TriggerAsync(id, repeated, headers is null ? null : new TriggerOptions { Headers = headers }), ct);

    private Task<IReadOnlyList<RunId>> SendBackfillAsync(string task, DateTimeOffset from, DateTimeOffset to, TaskHeaders? headers,
        CancellationToken ct) =>
        AskAsync(task, "backfill",
            (g, id, repeated) =>
                g.BackfillAsync(new BackfillRequest { Id = id, From = from, To = to, Repeated = repeated, Headers = headers }), ct);

    /// <summary>
    /// Calls a task with a request that creates runs. Their spans are children of the span of the request, or linked to it.
    /// </summary>
    private Task<T> AskAsync<T>(string task, string operation, Func<ITaskGrain, Guid, bool, Task<T>> call, CancellationToken ct) =>
        TaskSpans.IsOn ? AskInSpanAsync(task, operation, call, ct) : client.ChangeTaskAsync(task, call, ct);

    /// <summary>Does the same with a span. It is a separate method, so that no closure is allocated if nobody listens.</summary>
    private Task<T> AskInSpanAsync<T>(string task, string operation, Func<ITaskGrain, Guid, bool, Task<T>> call, CancellationToken ct) =>
        TaskSpans.SendAsync($"dispatch {TaskNames.Check(task)}", task, operation, () => client.ChangeTaskAsync(task, call, ct));

    private static RunOptions? With(RunOptions? options, TaskHeaders? headers) =>
        Equals(options?.Headers, headers) ? options : (options ?? new RunOptions()) with { Headers = headers };

    private static DispatchOptions? With(DispatchOptions? options, TaskHeaders? headers) =>
        Equals(options?.Headers, headers) ? options : (options ?? new DispatchOptions()) with { Headers = headers };

    private static BatchRequest BatchOf(IReadOnlyList<BatchItem> items, Continuation? then, TaskHeaders? headers) => headers is null
        ? new BatchRequest { Items = items, Then = then }
        : new BatchRequest
        {
            Items = [
                .. items.Select(i => i is null ? i! : i with { Options = With(i.Options, TaskHeaders.Over(i.Options?.Headers, headers)) })],
            Then = then is null ? null : then with { Headers = TaskHeaders.Over(then.Headers, headers) },
        };
}
