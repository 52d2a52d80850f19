using System.Globalization;

namespace OrleansTasks.Schedules.Timing;

/// <summary>Limits the work for computing occurrences of schedules: steps, time, and a token that ends it.</summary>
/// <remarks>
/// A step is a date or an instant that is checked, and takes about a microsecond. The budget belongs to a computation and not to a
/// schedule, so the thread of the computation carries it: everything between <see cref="Enter"/> and the end of its scope shares one
/// budget, however deeply schedules are nested. A computation outside any scope has the default number of steps.
/// </remarks>
internal sealed class SearchBudget
{
    /// <summary>The number of steps of a computation without a budget of its own.</summary>
    public const long DefaultSteps = 1_000_000;

    // Reading a clock takes longer than a step.
    private const int StepsBetweenChecks = 1_000;

    [ThreadStatic]
    private static SearchBudget? _current;

    // There is one for each thread, which is reused, because computations outside a scope are frequent.
    [ThreadStatic]
    private static SearchBudget? _default;

    private readonly long _steps;
    private readonly TimeSpan _time;
    private readonly TimeProvider? _clock;
    private readonly CancellationToken _stop;
    private readonly long _begun;
    private long _left;
    private long _checkAt;

    /// <summary>Creates a budget.</summary>
    /// <param name="steps">The maximum number of steps, from 1.</param>
    /// <param name="time">The maximum time. Null: unlimited.</param>
    /// <param name="clock">The clock that measures the time. It is required if the time is limited.</param>
    /// <param name="stop">A token that ends the work when nobody waits for it any more.</param>
    public SearchBudget(long steps = DefaultSteps, TimeSpan? time = null, TimeProvider? clock = null, CancellationToken stop = default)
    {
        _steps = steps;
        _time = time ?? TimeSpan.MaxValue;
        _clock = time is null ? null : clock ?? throw new ArgumentNullException(nameof(clock));
        _stop = stop;
        _begun = _clock?.GetTimestamp() ?? 0;
        Reset();
    }

    /// <summary>Gets the number of steps that are left on this thread.</summary>
    public static long Left => _current?._left ?? DefaultSteps;

    /// <summary>Subtracts steps from the budget of this thread.</summary>
    /// <exception cref="ScheduleTooExpensiveException">Not enough steps are left, or the time has elapsed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void Spend(long steps = 1) => _current?.Take(steps);

    /// <summary>Makes this thread use this budget until the scope is disposed.</summary>
    public Scope Enter()
    {
        var before = _current;
        _current = this;
        return new Scope(before);
    }

    /// <summary>Makes this thread use its present budget, or a default one if it has none.</summary>
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

    /// <summary>Computes a value with this budget.</summary>
    public T Run<T>(Func<T> search)
    {
        using var scope = Enter();
        return search();
    }

    /// <summary>Returns the exception for a computation without steps left.</summary>
    public static ScheduleTooExpensiveException OutOfSteps() => _current?.NoSteps() ?? new ScheduleTooExpensiveException(null, "It "
        + "takes too many steps. " + Advice);

    private const string Advice = "Use a rule with fewer candidates, or a later start.";

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
            throw new ScheduleTooExpensiveException(null, $"It takes longer than {Durations.InWords(_time, one: true)}. {Advice}");
        }
    }

    private ScheduleTooExpensiveException NoSteps() =>
        new(null,
            string.Create(CultureInfo.InvariantCulture, $"It takes more than {_steps:N0} steps; each step checks a date or an instant. ")
            + Advice);

    /// <summary>Ends the use of a budget.</summary>
    public readonly struct Scope(SearchBudget? before) : IDisposable
    {
        /// <summary>Makes the thread use its previous budget again.</summary>
        public void Dispose() => _current = before;
    }
}
