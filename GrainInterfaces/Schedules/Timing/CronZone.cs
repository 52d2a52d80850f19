using OrleansTasks.Text;

namespace OrleansTasks.Schedules.Timing;

/// <summary>
/// Reads the prefix <c>TZ=</c> or <c>CRON_TZ=</c> of a cron expression, which names its time zone, as in many cron implementations.
/// </summary>
internal static class CronZone
{
    private static readonly string[] Prefixes = ["CRON_TZ=", "TZ="];

    /// <summary>Separates the prefix from an expression.</summary>
    /// <param name="expression">The original expression.</param>
    /// <param name="timeZone">The zone that was given separately, or null if there is none.</param>
    /// <returns>The expression without a prefix, and the resulting zone.</returns>
    /// <exception cref="InvalidTaskException">
    /// The prefix names no zone, or another one than the given one, or nothing follows it.
    /// </exception>
    public static (string Expression, string? TimeZone) Split(string expression, string? timeZone)
    {
        CronFields.CheckLength(expression);
        var text = expression.TrimStart(' ', '\t');
        if (Array.Find(Prefixes, p => text.StartsWith(p, StringComparison.Ordinal)) is not { } prefix)
        {
            return (expression, timeZone);
        }

        var end = text.AsSpan().IndexOfAny(' ', '\t') is >= 0 and var space ? space : text.Length;
        var (zone, rest) = (text[prefix.Length..end], text[end..].TrimStart(' ', '\t'));
        if (zone.Length == 0)
        {
            throw Fault(expression, $"{prefix} has no time zone; write it as {prefix}Europe/Berlin");
        }

        if (rest.Length == 0)
        {
            throw Fault(expression, $"nothing follows {prefix}{ShownText.Quote(zone)}; write the expression after it");
        }

        return timeZone is null || timeZone == zone ? (rest, zone)
            : throw Fault(expression, $"it names the time zone '{ShownText.Quote(zone)}', and '{ShownText.Quote(timeZone)}' is set too; "
                + "set only one of them");
    }

    private static InvalidTaskException Fault(string expression, string what) =>
        new(null, [$"The cron expression '{ShownText.Quote(expression)}' is not valid: {what}."]);
}
