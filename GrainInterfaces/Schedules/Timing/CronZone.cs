using OrleansTasks.Text;

namespace OrleansTasks.Schedules.Timing;

/// <summary>The prefix <c>TZ=</c> or <c>CRON_TZ=</c> of a cron expression, which names its time zone, as many crons read it.</summary>
internal static class CronZone
{
    private static readonly string[] Prefixes = ["CRON_TZ=", "TZ="];

    /// <summary>Takes the prefix off an expression.</summary>
    /// <param name="expression">The expression as it was given.</param>
    /// <param name="timeZone">The zone that was given beside it; null if none was.</param>
    /// <returns>The expression without a prefix, and the zone of both.</returns>
    /// <exception cref="InvalidTaskException">The prefix names no zone, another one than was given, or nothing follows it.</exception>
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
            throw Fault(expression, $"nothing follows {prefix}{ShownText.Quote(zone)}");
        }

        return timeZone is null || timeZone == zone ? (rest, zone)
            : throw Fault(expression, $"it names the time zone '{ShownText.Quote(zone)}', and '{ShownText.Quote(timeZone)}' is set too; "
                + "set only one of them");
    }

    private static InvalidTaskException Fault(string expression, string what) => new(null, [$"The cron expression '{ShownText.Quote(expression)}' is not valid: {what}."]);
}
