using System.Globalization;

namespace OrleansTasks.Schedules.Timing;

/// <summary>How much work it may take to look ahead in schedules: steps, time, and a token that ends it.</summary>
/// <remarks>
/// A step is a date or an instant that is looked at, about a microsecond. The budget belongs to a computation and not to a schedule, so the computation
/// carries it on its thread: everything between <see cref="Enter"/> and the end of its scope shares one budget, however deep schedules are in each other.
/// What is asked outside of any scope has the default number of steps for that one question.
/// </remarks>
internal sealed class SearchBudget
{
    /// <summary>The steps of a question that brings no budget of its own.</summary>
    public const long DefaultSteps = 1_000_000;

    // Reading a clock takes longer than a step.
    private const int StepsBetweenChecks = 1_000;

    [ThreadStatic]
    private static SearchBudget? _current;

    // One for each thread, used again and again: questions outside of a scope are many.
    [ThreadStatic]
    private static SearchBudget? _default;

    private readonly long _steps;
    private readonly TimeSpan _time;
    private readonly TimeProvider? _clock;
    private readonly CancellationToken _stop;
    private readonly long _begun;
    private long _left;
    private long _checkAt;

    /// <param name="steps">The most steps, from 1.</param>
    /// <param name="time">The longest time. Null: without a bound.</param>
    /// <param name="clock">What time is measured with; needed where there is a bound.</param>
    /// <param name="stop">Ends the work when nobody waits for it any more.</param>
    public SearchBudget(long steps = DefaultSteps, TimeSpan? time = null, TimeProvider? clock = null, CancellationToken stop = default)
    {
        _steps = steps;
        _time = time ?? TimeSpan.MaxValue;
        _clock = time is null ? null : clock ?? throw new ArgumentNullException(nameof(clock));
        _stop = stop;
        _begun = _clock?.GetTimestamp() ?? 0;
        Reset();
    }

    /// <summary>The steps that are left on this thread.</summary>
    public static long Left => _current?._left ?? DefaultSteps;

    /// <summary>Takes steps from the budget of this thread.</summary>
    /// <exception cref="ScheduleTooExpensiveException">There are not as many left, or the time is over.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void Spend(long steps = 1) => _current?.Take(steps);

    /// <summary>Has this thread work with this budget until the scope is disposed.</summary>
    public Scope Enter()
    {
        var before = _current;
        _current = this;
        return new Scope(before);
    }

    /// <summary>Has this thread work with the budget that it has; with a default one, if it has none.</summary>
    public static Scope EnterDefault()
    {
        if (_current is { } current)
        {
            return new Scope(current);
        }

        var budget = _default ??= new SearchBudget();
        budget.Reset();
        return budget.Enter();
    }

    /// <summary>Computes something with this budget.</summary>
    public T Run<T>(Func<T> search)
    {
        using var scope = Enter();
        return search();
    }

    /// <exception cref="ScheduleTooExpensiveException">Always.</exception>
    public static ScheduleTooExpensiveException OutOfSteps() => _current?.NoSteps() ?? new ScheduleTooExpensiveException(null, "It takes too many steps.");

    private void Reset() => (_left, _checkAt) = (_steps, _steps - StepsBetweenChecks);

    private void Take(long steps)
    {
        _left -= steps;
        if (_left < 0)
        {
            throw NoSteps();
        }

        if (_left < _checkAt)
        {
            Check();
        }
    }

    private void Check()
    {
        _checkAt = _left - StepsBetweenChecks;
        _stop.ThrowIfCancellationRequested();
        if (_clock is not null && _clock.GetElapsedTime(_begun) > _time)
        {
            throw new ScheduleTooExpensiveException(null, $"It takes longer than {Durations.InWords(_time, one: true)}.");
        }
    }

    private ScheduleTooExpensiveException NoSteps() =>
        new(null, string.Create(CultureInfo.InvariantCulture, $"It takes more than {_steps:N0} steps; each step checks a date or an instant. ")
            + "Use a rule with fewer candidates, or a later start.");

    /// <summary>Ends the use of a budget.</summary>
    public readonly struct Scope(SearchBudget? before) : IDisposable
    {
        /// <summary>Has the thread work with the budget that it had.</summary>
        public void Dispose() => _current = before;
    }
}
