using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace OrleansTasks.Simulation;

/// <summary>
/// What all that is simulated stands on: one time, one order of what happens, and one source of chance. Nothing happens on another thread, so that a seed repeats its history to
/// the byte.
/// </summary>
internal sealed class World
{
    public static readonly DateTimeOffset Begin = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private const long MostSteps = 300_000;

    // What is to happen, by its instant and, at the same one, in the order in which it was planned: both are in one number, which is compared the quickest.
    private const int NumberBits = 22;
    private readonly PriorityQueue<Happening, long> _future = new();
    private readonly List<SimTurns> _ready = [];
    private readonly StringBuilder? _trace;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _number;

    /// <param name="seed">Says everything that is left to chance.</param>
    /// <param name="traces">Whether it is to be told what happens.</param>
    public World(ulong seed, bool traces)
    {
        Chance = new Random((int)(seed ^ (seed >> 32)));
        _trace = traces ? new StringBuilder() : null;
    }

    /// <summary>Whose calls are told too: those that have this in their names or arguments; null: nobody's.</summary>
    public string? CallsOf { get; init; }

    public Random Chance { get; }

    /// <summary>The time since the beginning, which goes on evenly.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>How many turns were run and how many things happened.</summary>
    public long Steps { get; private set; }

    /// <summary>Whether far more has happened than should: something goes round in circles, and it ends here.</summary>
    public bool IsStuck => Steps > MostSteps;

    /// <summary>What happened, line by line.</summary>
    public string Trace => _trace?.ToString() ?? "";

    /// <summary>Whether it happens with such a chance, from 0 to 1.</summary>
    public bool Happens(double chance) => Chance.NextDouble() < chance;

    /// <summary>A time by chance, short ones more often than long ones.</summary>
    public TimeSpan Some(TimeSpan least, TimeSpan most)
    {
        var part = Chance.NextDouble();
        return least + ((most - least) * (part * part * part));
    }

    public Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        Chance.NextBytes(bytes);
        return new Guid(bytes);
    }

    /// <summary>Says what happens. The text is made only if somebody reads it.</summary>
    public void Tell([InterpolatedStringHandlerArgument("")] Line what) => _trace?.Append(what.Text).Append('\n');

    /// <summary>Has something happen after a while.</summary>
    public Happening After(TimeSpan delay, Action action, SimSilo? silo = null)
    {
        CheckThread();
        var happening = new Happening(action, silo);
        if (_number >> NumberBits != 0)
        {
            throw new InvalidOperationException("More is to happen than can be told apart.");
        }

        _future.Enqueue(happening, ((Now.Ticks + long.Max(delay.Ticks, 0)) << NumberBits) | _number++);
        return happening;
    }

    /// <summary>Notes that there are turns to run.</summary>
    public void Ready(SimTurns turns) => _ready.Add(turns);

    /// <summary>Ends all if another thread than the world's takes part: nothing could be repeated.</summary>
    public void CheckThread()
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            Environment.FailFast($"A turn comes from another thread: {Environment.StackTrace}");
        }
    }

    /// <summary>Lets everything happen up to a time, or until it is enough.</summary>
    public void RunUntil(TimeSpan end, Func<bool>? isEnough = null)
    {
        while (!IsStuck && isEnough?.Invoke() != true)
        {
            while (_ready.Count > 0 && !IsStuck)
            {
                RunTurn();
            }

            if (!_future.TryPeek(out var happening, out var next) || next >> NumberBits > end.Ticks)
            {
                Now = end;
                return;
            }

            Now = TimeSpan.FromTicks(next >> NumberBits);
            _future.Dequeue();
            if (!happening.IsOff)
            {
                Steps++;
                happening.Happen();
            }
        }
    }

    private void RunTurn()
    {
        var at = Chance.Next(_ready.Count);
        var turns = _ready[at];
        if (turns.RunOne())
        {
            Steps++;
        }

        if (!turns.IsReady)
        {
            _ready[at] = _ready[^1];
            _ready.RemoveAt(_ready.Count - 1);
            turns.IsListed = false;
        }
    }

    /// <summary>A line of the trace, which is not made where there is none.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Line
    {
        public Line(int literalLength, int formattedCount, World world, out bool isTold)
        {
            isTold = world._trace is not null;
            if (isTold)
            {
                Text = new StringBuilder(literalLength + (formattedCount * 16)).Append(CultureInfo.InvariantCulture, $"{world.Now.TotalMilliseconds,12:F3} ");
            }
        }

        public StringBuilder? Text { get; }

        public void AppendLiteral(string value) => Text!.Append(value);

        public void AppendFormatted<T>(T value, string? format = null) => Text!.AppendFormat(CultureInfo.InvariantCulture, format is null ? "{0}" : $"{{0:{format}}}", value);
    }
}
