namespace OrleansTasks.Publishing;

/// <summary>
/// Tracks whether somebody wants the result stream of a task. A stream with few results is always served, on a silo with few such streams.
/// For a busy task it is checked four times a second, so that a hundred thousand results a second are not sent to nobody. On a silo with
/// results of very many tasks, each stream is checked once a minute, and before it is first served: a stream costs memory and time, whether
/// anybody wants it or not.
/// </summary>
internal sealed class StreamDemand(TimeProvider time)
{
    private const int Busy = 100;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongPeriod = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private long _since = time.GetTimestamp();
    private int _count;
    private bool _wanted = true;
    private bool _wantedMeanwhile;
    private bool _asking;
    private long? _answeredAt;
    private List<TaskResult>? _held;

    /// <summary>Decides what to do with results that must be published now.</summary>
    /// <param name="results">The results.</param>
    /// <param name="crowded">Whether this silo has results of very many tasks.</param>
    /// <param name="mayAsk">Whether a request may be sent now.</param>
    /// <returns>
    /// Whether to send them, and whether to ask who wants them; <see cref="Answer"/> ends such a request. Some results are held here until
    /// then.
    /// </returns>
    public (bool Send, bool Ask) Decide(IReadOnlyList<TaskResult> results, bool crowded, bool mayAsk)
    {
        lock (_lock)
        {
            if (_held is not null)
            {
                _held.AddRange(results);
                return (false, false);
            }

            var asks = crowded && !(_answeredAt is { } answered && time.GetElapsedTime(answered) < LongPeriod);
            _count += results.Count;
            if (time.GetElapsedTime(_since) >= Period)
            {
                asks |= _count >= Busy;
                _wanted |= !crowded && _count < Busy;
                (_since, _count) = (time.GetTimestamp(), 0);
            }

            if (!asks || _asking || !mayAsk)
            {
                return (_wanted, false);
            }

            (_asking, _wantedMeanwhile) = (true, false);
            _held = crowded && _answeredAt is null ? [.. results] : null;
            return (_wanted && _held is null, true);
        }
    }

    /// <summary>Records whether somebody wants the stream.</summary>
    /// <returns>The held results that must be sent now.</returns>
    public IReadOnlyList<TaskResult> Answer(bool isWanted)
    {
        lock (_lock)
        {
            _wanted = isWanted || _wantedMeanwhile;
            var held = _wanted ? _held : null;
            (_asking, _held, _answeredAt) = (false, null, time.GetTimestamp());
            return held ?? [];
        }
    }

    /// <summary>Serves the stream at least until the next check.</summary>
    public void Want()
    {
        lock (_lock)
        {
            _wanted = _wantedMeanwhile = true;
        }
    }
}
