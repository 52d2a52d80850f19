using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using OrleansTasks.Generators.Declared;

namespace OrleansTasks.Generators.Calls;

/// <summary>What calls are to this library.</summary>
internal static class KnownCalls
{
    public const string Builder = "OrleansTasks.TasksBuilder";
    public const string Schedule = "OrleansTasks.TaskSchedule";
    public const string Client = "OrleansTasks.ITaskClient";

    /// <summary>The argument of a parameter; null if it was left out.</summary>
    public static IArgumentOperation? Argument(this IInvocationOperation call, string name) =>
        call.Arguments.FirstOrDefault(a => a.Parameter?.Name == name && a.ArgumentKind == ArgumentKind.Explicit);

    /// <summary>The text that an operation is at compile time; null if it is none.</summary>
    public static string? Text(this IOperation? operation) => operation is { ConstantValue: { HasValue: true, Value: string text } } ? text : null;

    /// <summary>The text of an argument at compile time; null if it is none.</summary>
    public static string? Text(this IInvocationOperation call, string name) => call.Argument(name)?.Value.Text();

    /// <summary>Whether an argument is left out, or null.</summary>
    public static bool IsAbsent(this IInvocationOperation call, string name) => call.Argument(name) is not { } argument || argument.Value is { ConstantValue: { HasValue: true, Value: null } };

    /// <summary>An operation without the conversions around it.</summary>
    public static IOperation Inner(this IOperation operation)
    {
        while (operation is IConversionOperation conversion)
        {
            operation = conversion.Operand;
        }

        return operation;
    }

    /// <summary>The method that a delegate in the code calls; null if it is not written there.</summary>
    public static IMethodSymbol? Handler(IOperation? value) => (value?.Inner() is IDelegateCreationOperation creation ? creation.Target.Inner() : value?.Inner()) switch
    {
        IAnonymousFunctionOperation lambda => lambda.Symbol,
        IMethodReferenceOperation reference => reference.Method,
        _ => null,
    };

    /// <summary>Whether a call asks something of a cluster's tasks: of the client, of a task's handle, or of a generated client.</summary>
    public static bool IsOfClient(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        var type = method.ContainingType;
        return type.Is(Client) || type.Is("OrleansTasks.TaskHandle")
            || (type.AllInterfaces.Any(static i => i.Is(Client)) && method.Name.EndsWith("Async", StringComparison.Ordinal))
            || (method.IsExtensionMethod && (method.ReducedFrom ?? method).Parameters is [{ } first, ..] && first.Type.Is(Client))
            || (type.IsValueType && type.Name.EndsWith("Task", StringComparison.Ordinal) && type.InstanceConstructors.Any(static c => c.Parameters is [{ } only] && only.Type.Is(Client)));
    }
}
