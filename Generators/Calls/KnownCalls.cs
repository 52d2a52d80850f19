using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using OrleansTasks.Generators.Declared;

namespace OrleansTasks.Generators.Calls;

/// <summary>Recognizes calls of this library and reads their arguments.</summary>
internal static class KnownCalls
{
    public const string Builder = "OrleansTasks.TasksBuilder";
    public const string Schedule = "OrleansTasks.TaskSchedule";
    public const string Client = "OrleansTasks.ITaskClient";

    /// <summary>Returns the argument for a parameter, or null if it was omitted.</summary>
    public static IArgumentOperation? Argument(this IInvocationOperation call, string name) =>
        call.Arguments.FirstOrDefault(a => a.Parameter?.Name == name && a.ArgumentKind == ArgumentKind.Explicit);

    /// <summary>Returns the constant string value of an operation, or null if it has none.</summary>
    public static string? Text(this IOperation? operation) =>
        operation is { ConstantValue: { HasValue: true, Value: string text } } ? text : null;

    /// <summary>Returns the constant string value of an argument, or null if it has none.</summary>
    public static string? Text(this IInvocationOperation call, string name) => call.Argument(name)?.Value.Text();

    /// <summary>Returns whether an argument is omitted or null.</summary>
    public static bool IsAbsent(this IInvocationOperation call, string name) =>
        call.Argument(name) is not { } argument || argument.Value is { ConstantValue: { HasValue: true, Value: null } };

    /// <summary>Returns an operation without the conversions around it.</summary>
    public static IOperation Inner(this IOperation operation)
    {
        while (operation is IConversionOperation conversion)
        {
            operation = conversion.Operand;
        }

        return operation;
    }

    /// <summary>Returns the method that a delegate expression calls, or null if the expression does not show it.</summary>
    public static IMethodSymbol? Handler(IOperation? value) =>
        (value?.Inner() is IDelegateCreationOperation creation ? creation.Target.Inner() : value?.Inner()) switch
        {
            IAnonymousFunctionOperation lambda => lambda.Symbol,
            IMethodReferenceOperation reference => reference.Method,
            _ => null,
        };

    /// <summary>Returns whether a call belongs to the task client, a task handle or a generated client.</summary>
    public static bool IsOfClient(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        var type = method.ContainingType;
        return type.Is(Client) || type.Is("OrleansTasks.TaskHandle")
            || (type.AllInterfaces.Any(static i => i.Is(Client)) && method.Name.EndsWith("Async", StringComparison.Ordinal))
            || (method.IsExtensionMethod && (method.ReducedFrom ?? method).Parameters is [{ } first, ..] && first.Type.Is(Client))
            || (type.IsValueType && type.Name.EndsWith("Task", StringComparison.Ordinal)
                && type.InstanceConstructors.Any(static c => c.Parameters is [{ } only] && only.Type.Is(Client)));
    }
}
