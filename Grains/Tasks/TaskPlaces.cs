using OrleansTasks.Collections;
using OrleansTasks.Policies;

namespace OrleansTasks.Tasks;

/// <summary>
/// Manages the places of a task: which of its runs count as in progress, and how many more may start, according to
/// <see cref="TaskOptions.MaxConcurrentRuns"/> and <see cref="TaskOptions.RateLimit"/>. A run whose handler waits for other runs lends its
/// place meanwhile. Pure.
/// </summary>
/// <remarks>Times are those of a steady clock: a rate limit counts elapsed time.</remarks>
internal sealed class TaskPlaces
{
    private LazySet<Guid> _held;
    private LazySet<Guid> _lent;

    // The runs that lent their places and want them back, in this order. They receive the next free places.
    private List<Guid>? _returning;
    private RateWindow? _rate;

    private int Returning => _returning?.Count ?? 0;

    private RateWindow Rate => _rate ??= new();

    /// <summary>Gets whether the starts within the period of the rate limit are known. Nothing starts before.</summary>
    public bool KnowsRate { get; private set; }

    /// <summary>Returns whether a run has a place.</summary>
    public bool Has(Guid run) => _held.Contains(run);

    /// <summary>Returns how many more runs may start now.</summary>
    public int Room(TaskOptions options, DateTimeOffset now)
    {
        var room = options.MaxConcurrentRuns is { } most ? Math.Max(0, most - _held.Count - Returning) : int.MaxValue;
        return options.RateLimit is { } limit ? Math.Min(room, KnowsRate ? Rate.Room(limit, now) : 0) : room;
    }

    /// <summary>Returns when the rate limit lets the next run start; null if it does now, or there is no limit.</summary>
    public DateTimeOffset? OpensAt(TaskOptions options, DateTimeOffset now) =>
        KnowsRate && options.RateLimit is { } limit ? Rate.OpensAt(limit, now) : null;

    /// <summary>Gives a run the place that it needs to start.</summary>
    /// <returns>Null if the run has its place or needs none; otherwise what it has to wait for.</returns>
    public string? Take(Guid run, TaskOptions options, DateTimeOffset now)
    {
        if (Has(run) || options is { MaxConcurrentRuns: null, RateLimit: null })
        {
            return null;
        }

        if (options.RateLimit is not null && !KnowsRate)
        {
            return "its task's rate to be known";
        }

        if (Room(options, now) == 0)
        {
            return WhyNoRoom(options);
        }

        _held.Add(run);
        if (options.RateLimit is not null)
        {
            Rate.Note(now);
        }

        return null;
    }

    /// <summary>Counts a run that has already started.</summary>
    public void Adopt(Guid run) => _held.Add(run);

    /// <summary>Removes a run that is no longer in progress.</summary>
    public void Leave(Guid run)
    {
        _held.Remove(run);
        _lent.Remove(run);
        _returning?.Remove(run);
    }

    /// <summary>Lends a run's place because its handler waits for others.</summary>
    /// <returns>Whether there is one more place now.</returns>
    public bool Lend(Guid run, TaskOptions options)
    {
        if (options.MaxConcurrentRuns is null || !_held.Remove(run))
        {
            return false;
        }

        _lent.Add(run);
        return true;
    }

    /// <summary>Takes back the place that a run has lent. The run may ask again until it has it.</summary>
    /// <returns>Whether the run has its place, or never lent one.</returns>
    public bool TakeBack(Guid run, TaskOptions options)
    {
        if (!_lent.Contains(run))
        {
            return true;
        }

        _returning ??= [];
        if (!_returning.Contains(run))
        {
            _returning.Add(run);
        }

        if (_held.Count + _returning.IndexOf(run) >= options.MaxConcurrentRuns)
        {
            return false;
        }

        _returning.Remove(run);
        _lent.Remove(run);
        _held.Add(run);
        return true;
    }

    /// <summary>Records earlier starts, in order.</summary>
    public void LearnRate(IEnumerable<DateTimeOffset> starts)
    {
        KnowsRate = true;
        foreach (var start in starts)
        {
            Rate.Note(start);
        }
    }

    /// <summary>Returns why no run may start now, as text.</summary>
    public string WhyNoRoom(TaskOptions options) => _held.Count + Returning >= options.MaxConcurrentRuns
        ? $"one of the {options.MaxConcurrentRuns} places of its task"
        : $"its task's rate, {options.RateLimit!.Runs} in {options.RateLimit.Period}";
}
