using System.Text.Json;

namespace OrleansTasks.Handlers.Binding;

/// <summary>Reads all of a run's arguments as one value: the one positional argument, or the named ones as an object.</summary>
internal sealed class ObjectBinder(HandlerParameter parameter)
{
    private readonly bool _passesAll = parameter.Type == typeof(TaskArguments);

    /// <exception cref="TaskArgumentException">The arguments do not fit.</exception>
    public object? Bind(string task, TaskArguments arguments)
    {
        if (_passesAll)
        {
            return arguments;
        }

        var positional = new Utf8JsonReader(arguments.PositionalUtf8);
        positional.Read();
        positional.Read();
        var hasNamed = HasNamed(arguments.NamedUtf8);
        if (positional.TokenType == JsonTokenType.EndArray)
        {
            return hasNamed ? ReadObject(task, arguments.NamedUtf8) : WithoutArguments(task);
        }

        CheckOnlyOne(task, positional);
        CheckNames(task, positional);
        return hasNamed ? throw ArgumentFaults.Twice(task, parameter) : ArgumentBinder.Read(task, parameter, ref positional);
    }

    private static bool HasNamed(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
        {
            return false;
        }

        var reader = new Utf8JsonReader(json);
        reader.Read();
        reader.Read();
        return reader.TokenType == JsonTokenType.PropertyName;
    }

    private static void CheckOnlyOne(string task, Utf8JsonReader positional)
    {
        var count = 0;
        do
        {
            positional.Skip();
            count++;
        }
        while (positional.Read() && positional.TokenType != JsonTokenType.EndArray);

        if (count > 1)
        {
            throw ArgumentFaults.Surplus(task, 1, count);
        }
    }

    private object? WithoutArguments(string task)
    {
        if (parameter.HasFallback)
        {
            return parameter.Fallback;
        }

        if (!parameter.Reader!.IsObject)
        {
            throw ArgumentFaults.Missing(task, parameter);
        }

        try
        {
            var empty = new Utf8JsonReader("{}"u8);
            empty.Read();
            return parameter.Reader.Read(ref empty);
        }
        catch (Exception e)
        {
            // The empty object was only assumed. The fault is that there are no arguments.
            throw ArgumentFaults.Missing(task, parameter, ArgumentFaults.Reason(e));
        }
    }

    private object? ReadObject(string task, ReadOnlySpan<byte> named)
    {
        var reader = new Utf8JsonReader(named);
        reader.Read();
        CheckNames(task, reader);
        return ArgumentBinder.Read(task, parameter, ref reader);
    }

    /// <summary>
    /// Checks the names of the object's members. They are the handler's parameters, so a misspelled name is an error, as it is for a
    /// delegate.
    /// </summary>
    private void CheckNames(string task, Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject || parameter.Reader!.MemberNames is not { } known)
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = ArgumentFaults.Text(ref reader);
            if (!known.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                throw ArgumentFaults.Unknown(task, name, known);
            }

            reader.Read();
            reader.Skip();
        }
    }
}
