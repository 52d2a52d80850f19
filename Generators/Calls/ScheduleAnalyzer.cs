using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using OrleansTasks.Generators.Checks;
using OrleansTasks.Generators.Declared;

namespace OrleansTasks.Generators.Calls;

/// <summary>Checks schedules that are constants in calls.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ScheduleAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Diagnostics.Cron, Diagnostics.Rule,
        Diagnostics.Zone, Diagnostics.Option];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(KnownCalls.Schedule) is not null)
            {
                start.RegisterOperationAction(static c => Check(c, (IInvocationOperation)c.Operation), OperationKind.Invocation);
            }
        });
    }

    private static void Check(OperationAnalysisContext context, IInvocationOperation call)
    {
        var type = call.TargetMethod.ContainingType;
        var isBuilder = type.Is(KnownCalls.Builder);
        if (!isBuilder && !type.Is(KnownCalls.Schedule))
        {
            return;
        }

        var isZoneGood = CheckZone(context, call);
        switch (call.TargetMethod.Name)
        {
            case "Cron" when call.Text("expression") is { } expression:
                CheckCron(context, call, expression, isZoneGood);
                break;
            case "Calendar" when call.Text("rule") is { } rule
                && ScheduleFaults.OfRule(rule, StartOf(call), ZoneOf(call), isZoneGood && call.IsAbsent("include")) is { } fault:
                Report(context, fault.What, call.Argument("rule")!, fault.Why);
                break;
            case "Every" when SpanOf(call.Argument("interval")?.Value) is { } interval
                && Spans.Bounds.Interval.Fault("A period", interval) is { } wrong:
                Report(context, Diagnostics.Option, call.Argument("interval")!, wrong);
                break;
            case "Days" or "Hours" or "Minutes" or "Seconds" or "Milliseconds" or "Microseconds"
                when isBuilder && SpanOf(call.TargetMethod.Name, call.Argument("amount")?.Value) is { } period
                    && Spans.Bounds.Interval.Fault("A period", period) is { } wrong:
                Report(context, Diagnostics.Option, call.Argument("amount")!, wrong);
                break;
            default:
                break;
        }
    }

    private static void CheckCron(OperationAnalysisContext context, IInvocationOperation call, string expression, bool isZoneGood)
    {
        var days = call.Argument("days")?.Value is { ConstantValue: { HasValue: true, Value: int value } }
            ? (CronDays)value
            : CronDays.Both;
        if (ScheduleFaults.OfCron(expression, isZoneGood ? ZoneOf(call) : null, days) is { } fault
            && (isZoneGood || fault.What.Id != Diagnostics.Zone.Id))
        {
            Report(context, fault.What, call.Argument("expression")!, fault.Why);
        }
    }

    /// <summary>Returns whether the time zone is omitted or a known constant. Reports a constant that is unknown.</summary>
    private static bool CheckZone(OperationAnalysisContext context, IInvocationOperation call)
    {
        if (ZoneOf(call) is not { } zone || ScheduleFaults.OfZone(zone) is not { } fault)
        {
            return call.IsAbsent("timeZone") || ZoneOf(call) is not null;
        }

        context.ReportDiagnostic(Reports.OfZone(call.Argument("timeZone")!.Value.Syntax.GetLocation(), zone, fault));
        return false;
    }

    private static string? ZoneOf(IInvocationOperation call) => call.Text("timeZone");

    /// <summary>Returns a start that is written as constant numbers.</summary>
    private static DateTime? StartOf(IInvocationOperation call)
    {
        if (call.Argument(
            "start")?.Value.Inner() is not IObjectCreationOperation { Arguments: { Length: 3 or 6 } arguments, Type: { } type }
                || !type.Is("System.DateTime"))
        {
            return null;
        }

        var numbers = arguments.Select(static a => a.Value.ConstantValue is { HasValue: true, Value: int number } ? number : (int?)null)
            .ToList();
        if (numbers.Any(static n => n is null))
        {
            return null;
        }

        try
        {
            var day = new DateTime(numbers[0]!.Value, numbers[1]!.Value, numbers[2]!.Value);
            return numbers.Count == 3 ? day : day + new TimeSpan(numbers[3]!.Value, numbers[4]!.Value, numbers[5]!.Value);
        }
        catch (ArgumentOutOfRangeException)
        {
            // The date is not valid. The constructor throws at run time.
            return null;
        }
    }

    /// <summary>Returns a time span that is written as <c>TimeSpan.FromSeconds(5)</c>.</summary>
    private static TimeSpan? SpanOf(IOperation? value) => value?.Inner() switch
    {
        IFieldReferenceOperation { Field: { Name: "Zero" } field } when field.ContainingType.Is("System.TimeSpan") => TimeSpan.Zero,
        IInvocationOperation
        {
            TargetMethod: { Name: ['F', 'r', 'o', 'm', .. var unit], Parameters.Length: 1 } method, Arguments: [{ } amount]
        } when method.ContainingType.Is("System.TimeSpan") => SpanOf(unit, amount.Value),
        _ => null,
    };

    private static TimeSpan? SpanOf(string unit, IOperation? amount)
    {
        if (amount?.Inner().ConstantValue is not { HasValue: true, Value: double or int or long } constant)
        {
            return null;
        }

        var ticks = unit switch
        {
            "Days" => TimeSpan.TicksPerDay,
            "Hours" => TimeSpan.TicksPerHour,
            "Minutes" => TimeSpan.TicksPerMinute,
            "Seconds" => TimeSpan.TicksPerSecond,
            "Milliseconds" => TimeSpan.TicksPerMillisecond,
            "Microseconds" => 10,
            _ => 0
        };
        var span = Convert.ToDouble(constant.Value, System.Globalization.CultureInfo.InvariantCulture) * ticks;
        return ticks == 0 || !(Math.Abs(span) < TimeSpan.MaxValue.Ticks) ? null : TimeSpan.FromTicks((long)span);
    }

    private static void Report(OperationAnalysisContext context, DiagnosticDescriptor what, IArgumentOperation argument, string why) =>
        context.ReportDiagnostic(Reports.Of(what, argument.Value.Syntax.GetLocation(), why));
}
