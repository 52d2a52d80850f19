using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace OrleansTasks.Simulation;

/// <summary>
/// Simulates the world: one time, one order of events, and one source of randomness. Everything runs on one thread, so that a seed
/// reproduces its history to the byte.
/// </summary>
internal sealed class World
{
    public static readonly DateTimeOffset Begin = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private const long MostSteps = 300_000;

    // Events are ordered by instant, and then in the order in which they were planned. One number holds both, because it is the fastest to
    // compare.
    private const int NumberBits = 22;
    private readonly PriorityQueue<Happening, long> _future = new();
    private readonly List<SimTurns> _ready = [];
    private readonly StringBuilder? _trace;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _number;

    /// <param name="seed">Determines every random decision.</param>
    /// <param name="traces">Whether to write a trace.</param>
    public World(ulong seed, bool traces)
    {
        Chance = new Random((int)(seed ^ (seed >> 32)));
        _trace = traces ? new StringBuilder() : null;
    }

    /// <summary>Gets a text that selects calls for the trace: those whose target or arguments contain it. Null: no calls.</summary>
    public string? CallsOf { get; init; }

    public Random Chance { get; }

    /// <summary>Gets the time since the beginning, which advances evenly.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Gets the number of turns and events so far.</summary>
    public long Steps { get; private set; }

    /// <summary>
    /// Gets whether far more has happened than expected. The history then ends, because the engine is in an endless loop.
    /// </summary>
    public bool IsStuck => Steps > MostSteps;

    /// <summary>Gets the trace, line by line.</summary>
    public string Trace => _trace?.ToString() ?? "";

    /// <summary>Returns true with a given probability, from 0 to 1.</summary>
    public bool Happens(double chance) => Chance.NextDouble() < chance;

    /// <summary>Returns a random time, short ones more often than long ones.</summary>
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

    /// <summary>Writes a line of the trace. The text is created only if there is a trace.</summary>
    public void Tell([InterpolatedStringHandlerArgument("")] Line what) => _trace?.Append(what.Text).Append('\n');

    /// <summary>Plans an event after a delay.</summary>
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

    /// <summary>Adds turns to the list of those that can run.</summary>
    public void Ready(SimTurns turns) => _ready.Add(turns);

    /// <summary>Ends the process if it runs on another thread than the world's, because nothing would be reproducible.</summary>
    public void CheckThread()
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            Environment.FailFast($"A turn comes from another thread: {Environment.StackTrace}");
        }
    }

    /// <summary>Runs events and turns up to a time, or until a condition holds.</summary>
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

    /// <summary>Formats a line of the trace, and does nothing without a trace.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Line
    {
        public Line(int literalLength, int formattedCount, World world, out bool isTold)
        {
            isTold = world._trace is not null;
            if (isTold)
            {
                Text = new StringBuilder(literalLength + (formattedCount * 16)).Append(CultureInfo.InvariantCulture,
                    $"{world.Now.TotalMilliseconds,12:F3} ");
            }
        }

        public StringBuilder? Text { get; }

        public void AppendLiteral(string value) => Text!.Append(value);

        public void AppendFormatted<T>(T value, string? format = null) =>
            Text!.AppendFormat(CultureInfo.InvariantCulture, format is null ? "{0}" : $"{{0:{format}}}", value);
    }
}
