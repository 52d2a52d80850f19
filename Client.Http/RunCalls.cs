using System.Net;
using System.Text.Json;

namespace OrleansTasks.Client.Http;

/// <summary>Makes, waits for, cancels and repeats runs.</summary>
/// <param name="api">Sends the requests.</param>
/// <param name="time">The clock for pauses.</param>
internal sealed class RunCalls(ApiCalls api, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    // How long a wait goes on while the server is out of reach.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task<TaskResult> RunAsync(string task, TaskArguments? arguments, RunOptions? options, CancellationToken ct)
    {
        FaultsOf(task, options?.Faults());
        using var body = Bodies.OfRun(arguments, options);
        var answer = await api.SendAsync(HttpMethod.Post, $"{Of(task)}/run", body, ct).ConfigureAwait(false);

        // A server that stops leaves the run to the cluster, and returns its id.
        return answer.Status == HttpStatusCode.Accepted
            ? await WaitAsync(AcceptedOf(answer), ct).ConfigureAwait(false)
            : Read<TaskResult>(answer);
    }

    public async Task<RunId> DispatchAsync(string task, TaskArguments? arguments, DispatchOptions? options, CancellationToken ct)
    {
        FaultsOf(task, options?.Faults());
        if (options?.RetryOf is not null)
        {
            throw NotServed.Of(nameof(DispatchOptions.RetryOf));
        }

        using var body = Bodies.OfDispatch(arguments, options);
        var path = $"{Of(task)}/dispatch";
        return AcceptedOf(await api.SendAsync(HttpMethod.Post, path, body, ct, options?.IdempotencyKey).ConfigureAwait(false));
    }

    public async Task<RunId> TriggerAsync(string task, TriggerOptions? options, CancellationToken ct)
    {
        using var body = Bodies.OfTrigger(options);
        return AcceptedOf(await api.SendAsync(HttpMethod.Post, $"{Of(task)}/trigger", body, ct).ConfigureAwait(false));
    }

    public async Task<RunId> RetryAsync(RunId run, RetryOptions? options, CancellationToken ct)
    {
        using var body = Bodies.OfRetry(options);
        var path = $"{Of(run)}/retry";
        return AcceptedOf(await api.SendAsync(HttpMethod.Post, path, body, ct, options?.IdempotencyKey).ConfigureAwait(false));
    }

    /// <summary>Returns a run, or null if there is none with this id.</summary>
    public async Task<RunInfo?> GetAsync(RunId run, CancellationToken ct)
    {
        try
        {
            var info = Read<RunInfo>(await api.SendAsync(HttpMethod.Get, Of(run), null, ct).ConfigureAwait(false));

            // The generated contract leaves null where the JSON has no member.
            return info with { Awaits = info.Awaits ?? [], AwaitsBatches = info.AwaitsBatches ?? [] };
        }
        catch (RunNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Requests the cancellation of a run.</summary>
    /// <returns>Whether it had not ended.</returns>
    public async Task<bool> CancelAsync(RunId run, CancellationToken ct)
    {
        try
        {
            return (await api.SendAsync(HttpMethod.Delete, Of(run), null, ct).ConfigureAwait(false)).Status == HttpStatusCode.Accepted;
        }
        catch (RunNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Waits until a run has ended.</summary>
    public async Task<TaskResult> WaitAsync(RunId run, CancellationToken ct)
    {
        var reached = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause)
        {
            try
            {
                var info = await GetAsync(run, ct).ConfigureAwait(false) ?? throw new RunNotFoundException(run);
                reached = time.GetTimestamp();
                if (info.Result is { } result)
                {
                    return result;
                }
            }
            catch (ClusterUnreachableException) when (time.GetElapsedTime(reached) < Patience)
            {
                // The run goes on meanwhile.
            }

            await Task.Delay(pause, time, ct).ConfigureAwait(false);
        }
    }

    private static string Of(string task) => $"tasks/{Uri.EscapeDataString(task)}";

    private static string Of(RunId run) => $"runs/{Uri.EscapeDataString(run.ToString())}";

    private static void FaultsOf(string task, IReadOnlyList<string>? faults)
    {
        if (faults is { Count: > 0 })
        {
            throw new InvalidTaskException(task, faults);
        }
    }

    private static RunId AcceptedOf(ApiAnswer answer)
    {
        using var document = JsonDocument.Parse(answer.Body);
        return RunId.Parse(document.RootElement.GetProperty("runId").GetString()!);
    }

    private static T Read<T>(ApiAnswer answer) =>
        TaskJson.ReadValue(answer.Body, null, "The answer of the server", ApiJson.Options.ContractOf<T>())!;
}
