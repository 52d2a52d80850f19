using OrleansTasks.Values;

namespace OrleansTasks.Client;

/// <summary>
/// Starts operations on many runs as runs of the engine's own tasks. They survive the loss of silos, report their progress, and can be
/// cancelled.
/// </summary>
/// <param name="requests">Dispatches them.</param>
/// <param name="register">Registers a task.</param>
internal sealed class RunOperations(TaskRequests requests, Func<TaskRegistration, CancellationToken, Task> register)
{
    /// <summary>Dispatches the runs of a selection again.</summary>
    /// <returns>The run that does it.</returns>
    public async Task<RunId> RetryAllAsync(RunSelection selection, RetryAllOptions options, CancellationToken ct)
    {
        if (selection.Faults() is { Count: > 0 } faults)
        {
            throw new InvalidTaskException("runs", faults);
        }

        var arguments = TaskArguments.Named(("query", selection.Query), ("runs", selection.Runs), ("delay", options.Delay));
        var sent = new DispatchOptions { IdempotencyKey = options.IdempotencyKey };
        try
        {
            return await requests.DispatchAsync(SystemTasks.RetryRuns, arguments, sent, ct).ConfigureAwait(false);
        }
        catch (TaskNotFoundException)
        {
            await RegisterAsync(SystemTasks.RetryRuns, ct).ConfigureAwait(false);
            return await requests.DispatchAsync(SystemTasks.RetryRuns, arguments, sent, ct).ConfigureAwait(false);
        }
    }

    private async Task RegisterAsync(string name, CancellationToken ct)
    {
        try
        {
            await register(RegistrationOf(name), ct).ConfigureAwait(false);
        }
        catch (TaskConflictException)
        {
            // Another client has registered it at the same time.
        }
    }

    private static TaskRegistration RegistrationOf(string name) => new()
    {
        Name = name,
        CreateOnly = true,
        Options = new TaskOptions
        {
            Description = "Dispatches selected ended runs again. The engine registers this task itself.",
            Guarantee = RunGuarantee.AtLeastOnce,
            MaxConcurrentRuns = 2,
            Retry = RetryPolicy.Default,
            KeepSucceeded = RunRetention.Other,
        },
    };
}
