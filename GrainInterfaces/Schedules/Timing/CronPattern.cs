using Cronos;

namespace OrleansTasks;

/// <summary>The times of a cron expression. Reading it, and the times, are the Cronos library's.</summary>
internal sealed class CronPattern : ILocalPattern
{
    private readonly CronExpression _expression;

    private CronPattern(CronExpression expression, bool repeats)
    {
        _expression = expression;
        Repeats = repeats;
    }

    public bool Repeats { get; }

    /// <param name="text">The expression, without <c>H</c>.</param>
    /// <param name="given">The expression as it was given, for messages.</param>
    public static CronPattern Parse(string text, string given)
    {
        CronFields.CheckLength(given);
        var fields = CronFields.Split(text);
        try
        {
            var expression = CronExpression.Parse(text, fields.Length == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
            return new CronPattern(expression, CronFields.Repeats(fields));
        }
        catch (CronFormatException e)
        {
            throw new InvalidTaskException(null, [$"The cron expression '{ShownText.Quote(given)}' is not valid: {ShownText.Of(e.Message, 200)}"]);
        }
    }

    public DateTime? NextAfter(DateTime local)
    {
        SearchBudget.Spend();
        // The library takes a time without a zone for one in UTC, where no clock is ever changed.
        return _expression.GetNextOccurrence(DateTime.SpecifyKind(local, DateTimeKind.Utc)) is { } next ? DateTime.SpecifyKind(next, DateTimeKind.Unspecified) : null;
    }
}
