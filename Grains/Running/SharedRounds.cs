namespace OrleansTasks.Running;

/// <summary>
/// Runs an action once for all callers that ask for it at about the same time. A caller that asks during a round waits for the next round,
/// which all callers until then share. The present round may have started before the change that the caller wants to see.
/// </summary>
/// <param name="action">The action of each round.</param>
internal sealed class SharedRounds(Func<Task> action)
{
    private readonly Lock _gate = new();
    private Task _present = Task.CompletedTask;
    private Task? _next;

    /// <summary>Waits for a round that starts after this call, and starts one if none is running.</summary>
    public Task RunAsync()
    {
        lock (_gate)
        {
            return _present.IsCompleted ? _present = action() : _next ??= AfterAsync(_present);
        }
    }

    private async Task AfterAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (_gate)
        {
            (_present, _next) = (_next!, null);
        }

        await action();
    }
}
