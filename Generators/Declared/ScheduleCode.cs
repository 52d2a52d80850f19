using System.Globalization;
using Microsoft.CodeAnalysis;

namespace OrleansTasks.Generators.Declared;

/// <summary>Writes the schedules of attributes as code.</summary>
internal static class ScheduleCode
{
    private const string Schedule = "global::OrleansTasks.TaskSchedule";

    /// <summary>Returns the code that creates the schedule of a class or method, or null if it has none.</summary>
    public static string? Of(ISymbol symbol)
    {
        var parts = new List<string>();
        foreach (var attribute in symbol.GetAttributes())
        {
            if (attribute.AttributeClass.Is(Symbols.Every) && attribute.FirstText() is { } interval)
            {
                parts.Add($"{Schedule}.Every({Spans.Code(interval)})");
            }
            else if (attribute.AttributeClass.Is(Symbols.Cron) && attribute.FirstText() is { } expression)
            {
                var days = attribute.Named("Days")?.Value is int value ? $", (global::OrleansTasks.CronDays){value}" : "";
                parts.Add($"{Schedule}.Cron({Constants.Text(expression)}, {Constants.Text(attribute.NamedText("TimeZone"))}{days})");
            }
            else if (attribute.AttributeClass.Is(Symbols.Calendar) && attribute.FirstText() is { } rule)
            {
                parts.Add(
                    $"{Schedule}.Calendar({Constants.Text(rule)}, {StartCode(attribute.NamedText("Start"))}, "
                        + $"{Constants.Text(attribute.NamedText("TimeZone"))})");
            }
        }

        return parts.Count switch { 0 => null, 1 => parts[0], _ => $"{Schedule}.Any({string.Join(", ", parts)})" };
    }

    /// <summary>Parses the start of a rule: a local time, or an instant if it ends with <c>Z</c>.</summary>
    public static bool TryReadStart(string text, out DateTime start)
    {
        string[] forms = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"];
        var isInstant = text.EndsWith('Z');
        if (!DateTime.TryParseExact(isInstant ? text[..^1] : text, forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out start))
        {
            return false;
        }

        start = isInstant ? DateTime.SpecifyKind(start, DateTimeKind.Utc) : start;
        return true;
    }

    private static string StartCode(string? text) => text is not null && TryReadStart(text, out var start)
        ? string.Create(CultureInfo.InvariantCulture,
            $"new global::System.DateTime({start.Year}, {start.Month}, {start.Day}, {start.Hour}, {start.Minute}, {start.Second}, ")
            + $"global::System.DateTimeKind.{start.Kind})"
        : "null";
}
