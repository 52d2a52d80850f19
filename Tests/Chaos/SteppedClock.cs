using System.Globalization;

namespace OrleansTasks.Chaos;

/// <summary>
/// Represents the wall clock of a silo's machine, which the checker steps forward and back. It differs from the real clock by the seconds
/// that a file contains. Timers and timestamps are not affected.
/// </summary>
internal sealed class SteppedClock : TimeProvider, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private readonly string _path;
    private readonly ITimer _timer;
    private long _offset;

    public SteppedClock(string path)
    {
        _path = path;
        Look();
        _timer = System.CreateTimer(_ => Look(), null, Period, Period);
    }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _offset));

    /// <summary>Sets how far the clock of the process that reads the file differs from the real one.</summary>
    public static void Set(string path, TimeSpan offset)
    {
        // Replace the file atomically, so that nobody reads half a number.
        File.WriteAllText(path + ".new", offset.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        File.Move(path + ".new", path, overwrite: true);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var offset = File.Exists(_path)
            ? TimeSpan.FromSeconds(double.Parse(File.ReadAllText(_path), CultureInfo.InvariantCulture))
            : TimeSpan.Zero;
        Interlocked.Exchange(ref _offset, offset.Ticks);
    }
}
