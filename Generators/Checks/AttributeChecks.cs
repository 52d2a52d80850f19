using System.Globalization;
using Microsoft.CodeAnalysis;
using OrleansTasks.Generators.Declared;
using OrleansTasks.Text;

namespace OrleansTasks.Generators.Checks;

/// <summary>Checks the values of attributes.</summary>
internal static class AttributeChecks
{
    public static void Check(AttributeData attribute, Action<Diagnostic> report)
    {
        var type = attribute.AttributeClass;
        if (type.Is(Symbols.Task))
        {
            CheckTask(attribute, report);
        }
        else if (type.Is(Symbols.Every))
        {
            CheckSpan(attribute, null, "A period", Spans.Bounds.Interval, report);
        }
        else if (type.Is(Symbols.Cron))
        {
            CheckZone(attribute, report);
            var days = attribute.Named("Days")?.Value is int value ? (CronDays)value : CronDays.Both;
            if (attribute.FirstText() is { } expression
                && ScheduleFaults.OfCron(expression, attribute.NamedText("TimeZone"), days) is { } fault)
            {
                report(Reports.Of(fault.What, Reports.At(attribute), fault.Why));
            }
        }
        else if (type.Is(Symbols.Calendar))
        {
            CheckRule(attribute, report);
        }
        else if (type.Is(Symbols.Group) && attribute.FirstText() is { } group && TaskNames.Fault(group) is { } wrong)
        {
            report(Reports.Of(Diagnostics.Name, Reports.At(attribute), $"Group '{ShownText.Quote(group)}': {wrong}"));
        }
        else if (type.Is(Symbols.Retry))
        {
            CheckRetry(attribute, report);
        }
    }

    private static void CheckTask(AttributeData attribute, Action<Diagnostic> report)
    {
        if (attribute.ConstructorArguments is [{ Value: var name }] && TaskNames.Fault(name as string) is { } fault)
        {
            report(Reports.Of(Diagnostics.Name, Reports.At(attribute), fault));
        }

        if (attribute.NamedText("Member") is { } member && !Microsoft.CodeAnalysis.CSharp.SyntaxFacts.IsValidIdentifier(member))
        {
            report(Reports.Of(Diagnostics.Name, Reports.At(attribute, "Member"), $"'{ShownText.Quote(member)}' is not a valid name in "
                + "C#."));
        }

        foreach (var (option, bounds) in OptionsCode.Durations)
        {
            CheckSpan(attribute, option, option, bounds, report);
        }

        foreach (var (option, least, most) in OptionsCode.Numbers)
        {
            if (attribute.Named(option)?.Value is int number && (number < least || number > most))
            {
                report(Reports.Of(Diagnostics.Option, Reports.At(attribute, option),
                    string.Create(CultureInfo.InvariantCulture, $"{option} is {number}; {least} to {most} are allowed.")));
            }
        }
    }

    private static void CheckRule(AttributeData attribute, Action<Diagnostic> report)
    {
        CheckZone(attribute, report);
        DateTime? start = null;
        if (attribute.NamedText("Start") is { } text)
        {
            if (ScheduleCode.TryReadStart(text, out var read))
            {
                start = read;
            }
            else
            {
                report(Reports.Of(Diagnostics.Option, Reports.At(attribute, "Start"), $"'{ShownText.Quote(text)}' is not a valid start of "
                    + "a rule; use a local time such as 2026-01-01T09:00:00, or an instant such as 2026-01-01T08:00:00Z."));
            }
        }

        if (attribute.FirstText() is { } rule && ScheduleFaults.OfRule(rule, start, attribute.NamedText("TimeZone")) is { } fault)
        {
            report(Reports.Of(fault.What, Reports.At(attribute), fault.Why));
        }
    }

    private static void CheckRetry(AttributeData attribute, Action<Diagnostic> report)
    {
        CheckSpan(attribute, "Delay", "Delay", Spans.Bounds.Wait, report);
        CheckSpan(attribute, "MaxDelay", "MaxDelay", Spans.Bounds.Wait, report);
        if (attribute.ConstructorArguments is [{ Value: int attempts }] && attempts is < 1 or > 1000)
        {
            report(Reports.Of(Diagnostics.Option, Reports.At(attribute),
                string.Create(CultureInfo.InvariantCulture, $"MaxAttempts is {attempts}; 1 to 1000 are allowed.")));
        }

        if (attribute.Named("Jitter")?.Value is double jitter && !(jitter is >= 0 and <= 1))
        {
            report(Reports.Of(Diagnostics.Option, Reports.At(attribute, "Jitter"),
                string.Create(CultureInfo.InvariantCulture, $"Jitter is {jitter}; 0 to 1 are allowed.")));
        }
    }

    private static void CheckSpan(AttributeData attribute, string? argument, string what, Spans.Bounds bounds, Action<Diagnostic> report)
    {
        if (Spans.Fault(what, argument is null ? attribute.FirstText() : attribute.NamedText(argument), bounds) is { } fault)
        {
            report(Reports.Of(Diagnostics.Option, Reports.At(attribute, argument), fault));
        }
    }

    private static void CheckZone(AttributeData attribute, Action<Diagnostic> report)
    {
        if (attribute.NamedText("TimeZone") is { } zone && ScheduleFaults.OfZone(zone) is { } fault)
        {
            report(Reports.OfZone(Reports.At(attribute, "TimeZone"), zone, fault));
        }
    }
}
