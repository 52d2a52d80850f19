using Cronos;
using OrleansTasks.Text;

namespace OrleansTasks.Schedules.Timing;

/// <summary>
/// Computes the times of a cron expression with the Cronos library. It adds lists of days, which the library does not support, and years.
/// </summary>
internal sealed class CronPattern : ILocalPattern
{
    // The maximum number of steps that the library needs to search the days of a year.
    private const int StepsOfAYear = 4;

    private readonly CronExpression[] _expressions;
    private readonly CronYears? _years;
    private readonly Answer?[]? _answers;

    private CronPattern(CronExpression[] expressions, CronYears? years, bool repeats)
    {
        (_expressions, _years) = (expressions, years);
        _answers = expressions.Length > 1 ? new Answer?[expressions.Length] : null;
        Repeats = repeats;
    }

    public bool Repeats { get; }

    /// <summary>Parses an expression.</summary>
    /// <param name="text">The expression, without <c>H</c>.</param>
    /// <param name="given">The original expression, for messages.</param>
    /// <param name="days">How days of month and of week are combined.</param>
    public static CronPattern Parse(string text, string given, CronDays days = CronDays.Both)
    {
        CronFields.CheckLength(given);
        var fields = CronFields.Split(text);
        try
        {
            var years = fields.Length == CronFields.WithYear ? CronYears.Parse(fields[^1]) : null;
            fields = CronFields.WithoutYear(fields);
            return new CronPattern([.. CronLists.Split(fields, days).Select(Read)], years, CronFields.Repeats(fields));
        }
        catch (FormatException e)
        {
            // It says what is allowed, also if it is the library's.
            var reason = ShownText.Of(e.Message, 200).TrimEnd('.');
            throw new InvalidTaskException(null, [$"The cron expression '{ShownText.Quote(given)}' is not valid: {reason}."]);
        }
    }

    public DateTime? NextAfter(DateTime local)
    {
        while (Earliest(local) is { } next)
        {
            if (_years is null || _years.From(next.Year) == next.Year)
            {
                return next;
            }

            if (_years.From(next.Year) is not { } year)
            {
                return null;
            }

            local = new DateTime(year, 1, 1).AddTicks(-1);
        }

        return null;
    }

    private static CronExpression Read(string[] fields) =>
        CronExpression.Parse(string.Join(' ', fields), fields.Length == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);

    private DateTime? Earliest(DateTime local)
    {
        // The library treats a time without a zone as UTC, which has no clock changes.
        var from = DateTime.SpecifyKind(local, DateTimeKind.Utc);
        DateTime? earliest = null;
        for (var i = 0; i < _expressions.Length; i++)
        {
            if (NextOf(i, from) is { } next && !(next >= earliest))
            {
                earliest = next;
            }
        }

        return earliest is { } found ? DateTime.SpecifyKind(found, DateTimeKind.Unspecified) : null;
    }

    /// <summary>
    /// Returns the first time of one expression after another time. The library checks one day after the other, even for centuries if days
    /// never match together (<c>15W * MON#1</c>). The result for each expression of a list is cached, because the list is evaluated for
    /// each time of any of them.
    /// </summary>
    private DateTime? NextOf(int expression, DateTime from)
    {
        SearchBudget.Spend();
        if (_answers?[expression] is { } last && last.After <= from && !(last.Next <= from))
        {
            return last.Next;
        }

        var next = _expressions[expression].GetNextOccurrence(from);
        SearchBudget.Spend(((next?.Year ?? CronYears.Last) - from.Year) * StepsOfAYear);
        if (_answers is not null)
        {
            _answers[expression] = new Answer(from, next);
        }

        return next;
    }

    /// <summary>Contains the last result. Several threads may each replace the result of another.</summary>
    private sealed record Answer(DateTime After, DateTime? Next);
}
