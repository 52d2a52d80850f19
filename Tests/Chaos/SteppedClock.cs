using System.Globalization;

namespace OrleansTasks.Chaos;

/// <summary>
/// The wall clock of a silo's machine, which the checker puts forward and back: it differs from the real one by the seconds that a file says. Timers and
/// timestamps go on as they would.
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

    /// <summary>Puts the clock of whoever reads the file forward, or back, against the real one.</summary>
    public static void Set(string path, TimeSpan offset)
    {
        // In one step: nobody reads half a number.
        File.WriteAllText(path + ".new", offset.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        File.Move(path + ".new", path, overwrite: true);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var offset = File.Exists(_path) ? TimeSpan.FromSeconds(double.Parse(File.ReadAllText(_path), CultureInfo.InvariantCulture)) : TimeSpan.Zero;
        Interlocked.Exchange(ref _offset, offset.Ticks);
    }
}
