using Cronos;
using OrleansTasks.Text;

namespace OrleansTasks.Schedules.Timing;

/// <summary>The times of a cron expression. Reading it, and the times, are the Cronos library's; lists of days that it does not have, and years, are put together here.</summary>
internal sealed class CronPattern : ILocalPattern
{
    // What the library takes to look at the days of a year, at most.
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

    /// <param name="text">The expression, without <c>H</c>.</param>
    /// <param name="given">The expression as it was given, for messages.</param>
    /// <param name="days">How days of month and of week go together.</param>
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
            throw new InvalidTaskException(null, [$"The cron expression '{ShownText.Quote(given)}' is not valid: {ShownText.Of(e.Message, 200).TrimEnd('.')}."]);
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

    private static CronExpression Read(string[] fields) => CronExpression.Parse(string.Join(' ', fields), fields.Length == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);

    private DateTime? Earliest(DateTime local)
    {
        // The library takes a time without a zone for one in UTC, where no clock is ever changed.
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
    /// The first time of one expression after another time. The library looks at one day after the other, also for centuries where days never fit together (<c>15W * MON#1</c>): what was
    /// found of an expression in a list is kept, because the list is asked for each time of any of them.
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

    /// <summary>What was found last. Several threads may each replace what another has found.</summary>
    private sealed record Answer(DateTime After, DateTime? Next);
}
