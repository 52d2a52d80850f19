using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansTasks.Errors;
using OrleansTasks.Handlers.Binding;
using OrleansTasks.Values;

namespace OrleansTasks.Handlers;

/// <summary>Converts what a handler returns, in any of its forms, to the value's JSON.</summary>
/// <typeparam name="T">The value's declared type.</typeparam>
internal sealed class ReturnAdapter<T> : IValueWriter
{
    private readonly JsonTypeInfo<T>? _declared = Declared();
    private readonly string? _loss = JsonLoss.OfValue(typeof(T));

    public ValueTask<byte[]?> OfValue(T value, string task, bool wantsValue) => new(wantsValue ? Write(value, task) : null);

    public ValueTask<byte[]?> OfTask(Task<T> pending, string task, bool wantsValue)
    {
        ReturnAdapter.Check(pending, task);
        return pending.IsCompletedSuccessfully
            ? OfValue(pending.Result, task, wantsValue)
            : AwaitAsync(new ValueTask<T>(pending), task, wantsValue);
    }

    public ValueTask<byte[]?> OfValueTask(ValueTask<T> pending, string task, bool wantsValue) =>
        pending.IsCompletedSuccessfully ? OfValue(pending.Result, task, wantsValue) : AwaitAsync(pending, task, wantsValue);

    public static ValueTask<object?> BoxValue(T value, string task) => new((object?)value);

    public static ValueTask<object?> BoxTask(Task<T> pending, string task)
    {
        ReturnAdapter.Check(pending, task);
        return BoxAsync(new ValueTask<T>(pending));
    }

    public static ValueTask<object?> BoxValueTask(ValueTask<T> pending, string task) => BoxAsync(pending);

    byte[]? IValueWriter.Write(object? value, string task) =>
        value is T own ? Write(own, task) : value is null ? TaskJson.NullLiteral : ReturnAdapter.Other.Write(value, task);

    private static async ValueTask<object?> BoxAsync(ValueTask<T> pending) => await pending.ConfigureAwait(false);

    /// <summary>
    /// Returns the contract of the declared type if it describes all values: a sealed type, one with its own converter, or one that lists
    /// its derived types. Null: values are written by their runtime type.
    /// </summary>
    private static JsonTypeInfo<T>? Declared() =>
        PolymorphicTypes.IsWhole(typeof(T)) ? (JsonTypeInfo<T>)TaskJson.Options.GetTypeInfo(typeof(T)) : null;

    private async ValueTask<byte[]?> AwaitAsync(ValueTask<T> pending, string task, bool wantsValue)
    {
        var value = await pending.ConfigureAwait(false);
        return wantsValue ? Write(value, task) : null;
    }

    private byte[] Write(T value, string task)
    {
        if (value is null)
        {
            return TaskJson.NullLiteral;
        }

        try
        {
            if (_loss is not null)
            {
                throw new NotSupportedException($"{_loss}.");
            }

            return _declared is not null ? JsonSerializer.SerializeToUtf8Bytes(value, _declared) : value is not Task
                ? TaskJson.Write(value)
                : throw new NotSupportedException("It is a task that was not awaited; declare the handler's return type as Task<T>.");
        }
        catch (Exception e) when (e is not OperationCanceledException && !ValueFaults.IsHandlers(e))
        {
            throw new TaskValueException(task,
                $"The value that the task '{task}' returned ({TypeNames.Of(value.GetType())}) cannot be written as JSON: "
                    + $"{ExceptionText.MessageOf(e)} "
                + "Return a type that System.Text.Json can write, or set SendReturnValues to false.", e);
        }
    }
}

/// <summary>Converts what a handler without a value returns to a pending operation without a value.</summary>
internal static class ReturnAdapter
{
    /// <summary>Gets the writer of a replacement for a value of another declared type. It writes by the runtime type.</summary>
    public static IValueWriter Other { get; } = new ReturnAdapter<object>();

    /// <summary>Gets the writer of a replacement for no value.</summary>
    public static IValueWriter None { get; } = new NoValueWriter();

    public static ValueTask<object?> BoxNone(Task pending, string task)
    {
        Check(pending, task);
        return BoxAsync(new ValueTask(pending));
    }

    public static ValueTask<object?> BoxNoneOf(ValueTask pending) => BoxAsync(pending);

    public static ValueTask<byte[]?> OfTask(Task pending, string task)
    {
        Check(pending, task);
        return pending.IsCompletedSuccessfully ? default : AwaitAsync(new ValueTask(pending));
    }

    public static ValueTask<byte[]?> OfValueTask(ValueTask pending)
    {
        if (!pending.IsCompletedSuccessfully)
        {
            return AwaitAsync(pending);
        }

        // A pooled source is only returned to its pool when its result is taken.
        pending.GetAwaiter().GetResult();
        return default;
    }

    public static void Check(Task? pending, string task)
    {
        if (pending is null)
        {
            throw new InvalidOperationException($"The handler of the task '{task}' returned null instead of a Task. Return "
                + "Task.CompletedTask.");
        }
    }

    private static async ValueTask<byte[]?> AwaitAsync(ValueTask pending)
    {
        await pending.ConfigureAwait(false);
        return null;
    }

    private static async ValueTask<object?> BoxAsync(ValueTask pending)
    {
        await pending.ConfigureAwait(false);
        return null;
    }

    private sealed class NoValueWriter : IValueWriter
    {
        public byte[]? Write(object? value, string task) => value is null ? null : Other.Write(value, task);
    }
}
