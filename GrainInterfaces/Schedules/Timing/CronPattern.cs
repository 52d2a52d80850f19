using Cronos;
using OrleansTasks.Text;

namespace OrleansTasks.Schedules.Timing;

/// <summary>The times of a cron expression. Reading it, and the times, are the Cronos library's; lists of days that it does not have, and years, are put together here.</summary>
internal sealed class CronPattern : ILocalPattern
{
    private readonly CronExpression[] _expressions;
    private readonly CronYears? _years;

    private CronPattern(CronExpression[] expressions, CronYears? years, bool repeats)
    {
        (_expressions, _years) = (expressions, years);
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
        SearchBudget.Spend(_expressions.Length);

        // The library takes a time without a zone for one in UTC, where no clock is ever changed.
        var from = DateTime.SpecifyKind(local, DateTimeKind.Utc);
        DateTime? earliest = null;
        foreach (var expression in _expressions)
        {
            if (expression.GetNextOccurrence(from) is { } next && !(next >= earliest))
            {
                earliest = next;
            }
        }

        return earliest is { } found ? DateTime.SpecifyKind(found, DateTimeKind.Unspecified) : null;
    }
}
