using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using OrleansTasks.Handlers.Binding;
using OrleansTasks.Values;

namespace OrleansTasks.Handlers;

/// <summary>Handles the forms in which a handler may return: nothing, a value, or an awaitable of either.</summary>
internal static class ReturnShape
{
    /// <summary>Returns the fault of a return type, or null if there is none.</summary>
    public static string? Fault(Type type)
    {
        if (type.IsByRef || type.IsPointer || type.IsFunctionPointer || type.IsByRefLike)
        {
            return $"it returns {TypeNames.Of(type)}, a reference, pointer or ref struct, which cannot be kept. Return a value.";
        }

        var value = ValueType(type);
        if (value is null)
        {
            return null;
        }

        if (Implements(value, typeof(IAsyncEnumerable<>)))
        {
            return $"it returns {TypeNames.Of(type)}; a task has one value. Return a list, or broadcast the items as they come.";
        }

        if (Implements(value, typeof(IObservable<>)) || FSharpTypes.IsAsync(value))
        {
            return $"it returns {TypeNames.Of(type)}, work that nobody would start. Return Task<T>, and broadcast items as they come.";
        }

        if (value.GetMethod("GetAwaiter", Type.EmptyTypes) is not null)
        {
            return $"it returns {TypeNames.Of(type)}; of the awaitable types only Task, Task<T>, ValueTask and ValueTask<T> are "
                + "awaited, and only once. "
                + "Return one of them.";
        }

        return value.IsAssignableTo(typeof(ITuple))
            ? $"it returns {TypeNames.Of(type)}; the items of a tuple have no names in JSON. Return a record."
            : null;
    }

    /// <summary>Returns what JSON would lose of the values of a return type, or null if nothing.</summary>
    public static string? ValueFault(Type type) => ValueType(type) is { } value ? JsonLoss.OfValue(value) : null;

    /// <summary>Returns the expression that converts the result of a call to a <c>ValueTask&lt;byte[]?&gt;</c>.</summary>
    /// <param name="call">The call of the handler.</param>
    /// <param name="task">The task's name.</param>
    /// <param name="wantsValue">Whether the value is written.</param>
    /// <param name="stop">The run's token, with which F#'s <c>Async</c> is started.</param>
    public static Expression Adapt(Expression call, Expression task, Expression wantsValue, Expression stop)
    {
        if (FSharpTypes.IsAsync(call.Type))
        {
            call = FSharpAsync.Start(call, stop);
        }

        var type = call.Type;
        if (type == typeof(void) || FSharpTypes.IsUnit(type))
        {
            return Expression.Block(call, Expression.Default(typeof(ValueTask<byte[]?>)));
        }

        if (type == typeof(ValueTask))
        {
            return Expression.Call(typeof(ReturnAdapter), nameof(ReturnAdapter.OfValueTask), null, call);
        }

        if (ValueType(type) is not { } value)
        {
            return Expression.Call(typeof(ReturnAdapter), nameof(ReturnAdapter.OfTask), null, call, task);
        }

        var adapter = Expression.Constant(AdapterOf(value));
        var method = type == value ? nameof(ReturnAdapter<>.OfValue)
            : type.IsAssignableTo(typeof(Task)) ? nameof(ReturnAdapter<>.OfTask)
            : nameof(ReturnAdapter<>.OfValueTask);
        return Expression.Call(adapter, method, null, call, task, wantsValue);
    }

    /// <summary>
    /// Returns the expression that converts the result of a call to a <c>ValueTask&lt;object?&gt;</c>, which contains the value unchanged.
    /// </summary>
    /// <param name="call">The call of the handler.</param>
    /// <param name="task">The task's name.</param>
    /// <param name="stop">The run's token, with which F#'s <c>Async</c> is started.</param>
    public static Expression Box(Expression call, Expression task, Expression stop)
    {
        if (FSharpTypes.IsAsync(call.Type))
        {
            call = FSharpAsync.Start(call, stop);
        }

        var type = call.Type;
        if (type == typeof(void) || FSharpTypes.IsUnit(type))
        {
            return Expression.Block(call, Expression.Default(typeof(ValueTask<object?>)));
        }

        if (type == typeof(ValueTask))
        {
            return Expression.Call(typeof(ReturnAdapter), nameof(ReturnAdapter.BoxNoneOf), null, call);
        }

        if (ValueType(type) is not { } value)
        {
            return Expression.Call(typeof(ReturnAdapter), nameof(ReturnAdapter.BoxNone), null, call, task);
        }

        var method = type == value ? nameof(ReturnAdapter<>.BoxValue)
            : type.IsAssignableTo(typeof(Task)) ? nameof(ReturnAdapter<>.BoxTask)
            : nameof(ReturnAdapter<>.BoxValueTask);
        return Expression.Call(typeof(ReturnAdapter<>).MakeGenericType(value), method, null, call, task);
    }

    /// <summary>Returns the writer for the values of a return type.</summary>
    public static IValueWriter WriterOf(Type type) => ValueType(type) is { } value ? (IValueWriter)AdapterOf(value) : ReturnAdapter.None;

    private static object AdapterOf(Type value) => Activator.CreateInstance(typeof(ReturnAdapter<>).MakeGenericType(value))!;

    /// <summary>Returns the type of the value, or null if there is none.</summary>
    private static Type? ValueType(Type type)
    {
        if (type == typeof(void) || type == typeof(ValueTask) || FSharpTypes.IsUnit(type))
        {
            return null;
        }

        if (FSharpTypes.IsAsync(type))
        {
            return FSharpTypes.IsUnit(type.GetGenericArguments()[0]) ? null : type.GetGenericArguments()[0];
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>))
        {
            return type.GetGenericArguments()[0];
        }

        if (!type.IsAssignableTo(typeof(Task)))
        {
            return type;
        }

        var typed = type;
        while (typed is not null && !(typed.IsGenericType && typed.GetGenericTypeDefinition() == typeof(Task<>)))
        {
            typed = typed.BaseType;
        }

        return typed?.GetGenericArguments()[0] is { } value && !FSharpTypes.IsUnit(value) ? value : null;
    }

    private static bool Implements(Type type, Type generic) =>
        type.GetInterfaces().Append(type).Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == generic);
}
