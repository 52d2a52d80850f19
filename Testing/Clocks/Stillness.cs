namespace OrleansTasks.Testing.Clocks;

/// <summary>
/// Detects that all activity has stopped. Any activity reads the clock, sets a timer, or has work on the thread pool. It is used only where
/// nothing exact can be known, because code that is not ours waits.
/// </summary>
internal static class Stillness
{
    private const int Rounds = 16;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(1);

    // On a busy machine a check takes longer, and so does the activity that it looks for. Such a check has no more weight than another one.
    private static readonly TimeSpan MostOfALook = TimeSpan.FromMilliseconds(5);

    /// <summary>Waits until nothing has happened for a while.</summary>
    /// <param name="touches">Returns a count of what happens.</param>
    /// <param name="quiet">
    /// Returns how long nothing must happen, by the real clock of an idle machine. It is called repeatedly, because the value may change.
    /// </param>
    /// <param name="until">Ends the wait at once.</param>
    public static async Task WaitAsync(Func<long> touches, Func<TimeSpan> quiet, Task until)
    {
        var (seen, still, last) = (touches(), TimeSpan.Zero, TimeProvider.System.GetTimestamp());
        while (!until.IsCompleted)
        {
            // Work that was queued on the pool earlier runs before this, so a slow machine waits longer.
            for (var n = 0; n < Rounds && !until.IsCompleted; n++)
            {
                await Task.Yield();
            }

            var (now, instant) = (touches(), TimeProvider.System.GetTimestamp());
            var look = TimeProvider.System.GetElapsedTime(last, instant);
            (still, last) = (now != seen ? TimeSpan.Zero : still + (look < MostOfALook ? look : MostOfALook), instant);
            if (now == seen && still >= quiet())
            {
                return;
            }

            seen = now;
            await Task.WhenAny(until, Task.Delay(Look, TimeProvider.System)).ConfigureAwait(false);
        }
    }
}
