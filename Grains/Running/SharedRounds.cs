namespace OrleansTasks.Running;

/// <summary>
/// Does something for all who ask for it at about the same time. Who asks while it is under way waits for the next round, which all share who ask until then: the present one may
/// have looked before what they want to see had happened.
/// </summary>
/// <param name="action">What is done in each round.</param>
internal sealed class SharedRounds(Func<Task> action)
{
    private readonly Lock _gate = new();
    private Task _present = Task.CompletedTask;
    private Task? _next;

    /// <summary>Waits for a round that begins after this call, and begins one if none is under way.</summary>
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
