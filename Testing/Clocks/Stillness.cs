namespace OrleansTasks.Testing.Clocks;

/// <summary>
/// Tells when nothing happens any more: whoever does something looks at the clock, sets a timer, or has work on the thread pool. It is asked only where nothing exact can be known,
/// because code that is not ours waits.
/// </summary>
internal static class Stillness
{
    private const int Rounds = 16;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(1);

    // On a machine that has other things to do a look takes longer, and so does what is looked for: such a look says no more than another one.
    private static readonly TimeSpan MostOfALook = TimeSpan.FromMilliseconds(5);

    /// <summary>Waits until nothing has happened for a while.</summary>
    /// <param name="touches">Counts what happens.</param>
    /// <param name="quiet">How long nothing has to happen, by the real clock of a machine that is free; it is asked again and again, for that may change.</param>
    /// <param name="until">Ends the wait at once.</param>
    public static async Task WaitAsync(Func<long> touches, Func<TimeSpan> quiet, Task until)
    {
        var (seen, still, last) = (touches(), TimeSpan.Zero, TimeProvider.System.GetTimestamp());
        while (!until.IsCompleted)
        {
            // What was put on the pool before is done before this is, so a slow machine waits longer.
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
