using OrleansTasks.Runs;
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
    /// <summary>Does something with all runs of a selection.</summary>
    /// <returns>The run that does it.</returns>
    public async Task<RunId> ApplyAsync(RunAction action, RunSelection selection, RunActionOptions options, CancellationToken ct)
    {
        if (RunActions.Faults(action, selection, options) is { Count: > 0 } faults)
        {
            throw new InvalidTaskException("runs", faults);
        }

        // Retries have a task of their own, which silos of earlier versions know too.
        var (task, arguments) = action == RunAction.Retry
            ? (SystemTasks.RetryRuns,
                TaskArguments.Named(("query", selection.Query), ("runs", selection.Runs), ("delay", options.Delay)))
            : (SystemTasks.ActOnRuns,
                TaskArguments.Named(("action", action), ("query", selection.Query), ("runs", selection.Runs), ("note", options.Note)));
        var sent = new DispatchOptions { IdempotencyKey = options.IdempotencyKey };
        try
        {
            return await requests.DispatchAsync(task, arguments, sent, ct).ConfigureAwait(false);
        }
        catch (TaskNotFoundException)
        {
            await RegisterAsync(task, ct).ConfigureAwait(false);
            return await requests.DispatchAsync(task, arguments, sent, ct).ConfigureAwait(false);
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
            Description = $"{(name == SystemTasks.RetryRuns ? "Dispatches selected ended runs again." : "Acts on selected runs.")} "
                + "The engine registers this task itself.",
            Guarantee = RunGuarantee.AtLeastOnce,
            MaxConcurrentRuns = 2,
            Retry = RetryPolicy.Default,
            KeepSucceeded = RunRetention.Other,
        },
    };
}
