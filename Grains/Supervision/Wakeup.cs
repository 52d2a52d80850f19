namespace OrleansTasks.Supervision;

/// <summary>Wakes a loop that looks at all there is to do: several rings before it looks are one, and one that comes while it works is not lost.</summary>
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
    public async Task WaitAsync(TimeSpan atMost, CancellationToken ct)
    {
        using var timer = time.CreateTimer(_ => Ring(), null, atMost, Timeout.InfiniteTimeSpan);
        await _rung.WaitAsync(ct);
    }
}
