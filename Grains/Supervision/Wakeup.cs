namespace OrleansTasks.Supervision;

/// <summary>
/// Wakes a loop that then does all pending work. Several rings before it wakes count as one, and a ring while it works is not lost.
/// </summary>
/// <param name="time">The clock of its waits.</param>
internal sealed class Wakeup(TimeProvider time)
{
    private readonly SemaphoreSlim _rung = new(0, 1);

    public void Ring()
    {
        lock (_rung)
        {
            if (_rung.CurrentCount == 0)
            {
                _rung.Release();
            }
        }
    }

    /// <summary>Waits for a ring, or for some time.</summary>
    /// <returns>Whether it was rung.</returns>
    public async Task<bool> WaitAsync(TimeSpan atMost, CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var ringing = _rung.WaitAsync(either.Token);
        await Task.WhenAny(ringing, Task.Delay(atMost, time, either.Token));
        await either.CancelAsync();
        await ringing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        ct.ThrowIfCancellationRequested();
        return ringing.IsCompletedSuccessfully;
    }
}
