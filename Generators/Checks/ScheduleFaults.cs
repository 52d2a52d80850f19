using Microsoft.CodeAnalysis;
using OrleansTasks.Schedules.Timing;
using OrleansTasks.Text;

namespace OrleansTasks.Generators.Checks;

/// <summary>Finds errors in schedules. It uses the library's own parsers, so the messages are the same.</summary>
internal static class ScheduleFaults
{
    /// <summary>Returns the diagnostic and the message for a cron expression, or null if the expression is valid.</summary>
    public static (DiagnosticDescriptor What, string Why)? OfCron(string expression, string? timeZone, CronDays days = CronDays.Both) =>
        Told(Diagnostics.Cron, () =>
    {
        var (text, prefixed) = CronZone.Split(expression, timeZone is null || OfZone(timeZone) is not null ? null : timeZone);
        if (timeZone is null && prefixed is not null && OfZone(prefixed) is { } fault)
        {
            return (Diagnostics.Zone, fault);
        }

        var zone = TimeZones.Find(prefixed ?? "UTC")!;
        var pattern = CronPattern.Parse(CronFields.HasHash(text) ? CronFields.Seed(text, "") : text, text, days);

        // In some time zones, the first year begins earlier than in UTC.
        return new ZonedPattern(pattern, zone, null, null).NextAfter(DateTimeOffset.UnixEpoch.AddDays(-2)) is null
            ? (Diagnostics.Cron, $"The cron expression '{ShownText.Quote(text)}' never occurs. Use one that occurs at least once.")
            : null;
    });

    /// <summary>Returns the diagnostic and the message for a recurrence rule, or null if the rule is valid.</summary>
    public static (DiagnosticDescriptor What, string Why)? OfRule(string rule, DateTime? start, string? timeZone, bool isAlone = true) =>
        Told(Diagnostics.Rule, () =>
    {
        RecurrenceRule read;
        try
        {
            read = RuleText.Parse(rule);
        }
        catch (FormatException e)
        {
            return (Diagnostics.Rule, $"The recurrence rule '{ShownText.Of(rule, 200)}' is not valid: {e.Message}.");
        }

        var zone = TimeZones.Find(timeZone is null || OfZone(timeZone) is not null ? "UTC" : timeZone)!;
        return isAlone && start is { } first
            && new RuleInstants(read, first, zone, null, null, [], []).NextAfter(DateTimeOffset.MinValue) is null
            ? (Diagnostics.Rule, $"The recurrence rule '{ShownText.Of(rule, 200)}' never "
                + $"occurs{(first.Year >= 2500 ? " before the year 2500" : "")}. Use one that occurs at least once.")
            : null;
    });

    /// <summary>Returns the error of a time zone, or null if it is valid.</summary>
    public static string? OfZone(string? timeZone)
    {
        try
        {
            TimeZones.Get(timeZone);
            return null;
        }
        catch (InvalidTaskException e)
        {
            return e.Message;
        }
    }

    /// <summary>Returns the time zone id that is closest to the text, or null if none is close.</summary>
    public static string? ZoneLike(string timeZone) => Likeness.Closest(timeZone, NodaTime.DateTimeZoneProviders.Tzdb.Ids);

    private static (DiagnosticDescriptor, string)? Told(DiagnosticDescriptor what, Func<(DiagnosticDescriptor, string)?> look)
    {
        using var budget = SearchBudget.EnterDefault();
        try
        {
            return look();
        }
        catch (InvalidTaskException e)
        {
            return (what, e.Message);
        }
        catch (ScheduleTooExpensiveException e)
        {
            return (what, e.Message);
        }
    }
}
