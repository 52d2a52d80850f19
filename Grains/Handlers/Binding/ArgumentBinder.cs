using System.Text.Json;

namespace OrleansTasks.Handlers.Binding;

/// <summary>
/// Reads a run's arguments into the slots of a handler's parameters. It is immutable, and all runs of the handler share it.
/// </summary>
internal sealed class ArgumentBinder
{
    /// <summary>Marks the slot of a parameter that got no argument and takes its value from the container.</summary>
    public static readonly object Absent = new();

    private readonly HandlerParameter[] _all;
    private readonly HandlerParameter[] _slots;
    private readonly bool _takesRest;

    /// <summary>The slot of a <c>params</c> parameter, or -1 without one.</summary>
    private readonly int _rest;

    /// <summary>Creates a binder.</summary>
    /// <param name="parameters">All parameters. Those that take arguments have the slots, in their order.</param>
    public ArgumentBinder(IReadOnlyList<HandlerParameter> parameters)
    {
        _all = [.. parameters];
        _slots = [.. parameters.Where(p => p.Reader is not null)];
        _rest = Array.FindIndex(_slots, p => p.TakesRest);
        _takesRest = parameters.Any(p => p.Type == typeof(TaskArguments) && p.Reader is null);
    }

    /// <summary>Returns the values of the parameters that take arguments, or <see cref="Absent"/>.</summary>
    /// <exception cref="TaskArgumentException">The arguments do not fit.</exception>
    public object?[] Bind(string task, TaskArguments arguments)
    {
        var slots = _slots.Length == 0 ? [] : new object?[_slots.Length];
        Array.Fill(slots, Absent);
        ReadPositional(task, arguments.PositionalUtf8, slots);
        if (!arguments.NamedUtf8.IsEmpty)
        {
            ReadNamed(task, arguments.NamedUtf8, slots);
        }

        FillUp(task, slots);
        return slots;
    }

    /// <summary>Reads the value at the reader's token for a parameter.</summary>
    public static object? Read(string task, HandlerParameter parameter, ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null && !parameter.ReadsNull)
        {
            return parameter.AcceptsNull ? null : throw ArgumentFaults.NullGiven(task, parameter);
        }

        var start = reader;
        try
        {
            return parameter.Reader!.Read(ref reader);
        }
        catch (Exception e)
        {
            // Whatever the type's constructor or converter throws, the argument is what does not fit.
            throw ArgumentFaults.Misfit(task, parameter, ref start, e);
        }
    }

    private void ReadPositional(string task, ReadOnlySpan<byte> json, object?[] slots)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (count == _rest)
            {
                slots[count] = ReadRest(task, _slots[count], json, ref reader);
                return;
            }

            if (count < slots.Length)
            {
                slots[count] = Read(task, _slots[count], ref reader);
            }
            else
            {
                reader.Skip();
            }

            count++;
        }

        if (count > slots.Length && !_takesRest)
        {
            throw ArgumentFaults.Surplus(task, slots.Length, count);
        }
    }

    /// <summary>
    /// Reads all arguments from the reader's token on into a <c>params</c> parameter. As in C#, a single array is the whole collection.
    /// </summary>
    private static object? ReadRest(string task, HandlerParameter parameter, ReadOnlySpan<byte> json, ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        var whole = reader;
        whole.Skip();
        var next = whole;
        next.Read();
        if (reader.TokenType == JsonTokenType.StartArray && next.TokenType == JsonTokenType.EndArray)
        {
            return Read(task, parameter, ref reader);
        }

        var end = json.LastIndexOf((byte)']');
        return ReadAll(task, parameter, [(byte)'[', .. json[start..end], (byte)']']);
    }

    private static object? ReadAll(string task, HandlerParameter parameter, ReadOnlySpan<byte> array)
    {
        var reader = new Utf8JsonReader(array);
        reader.Read();
        return Read(task, parameter, ref reader);
    }

    private void ReadNamed(string task, ReadOnlySpan<byte> json, object?[] slots)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var slot = Find(ref reader);
            if (slot < 0 && !_takesRest)
            {
                throw NoSuch(task, ArgumentFaults.Text(ref reader));
            }

            reader.Read();
            if (slot < 0)
            {
                reader.Skip();
                continue;
            }

            if (slots[slot] != Absent)
            {
                throw ArgumentFaults.Twice(task, _slots[slot]);
            }

            slots[slot] = Read(task, _slots[slot], ref reader);
        }
    }

    private int Find(ref Utf8JsonReader reader)
    {
        for (var i = 0; i < _slots.Length && !reader.ValueIsEscaped; i++)
        {
            if (reader.ValueSpan.SequenceEqual(_slots[i].Utf8Name))
            {
                return i;
            }
        }

        var name = ArgumentFaults.Text(ref reader);
        var exact = Array.FindIndex(_slots, p => p.Name == name);
        return exact >= 0 ? exact : Array.FindIndex(_slots, p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase));
    }

    private TaskArgumentException NoSuch(string task, string name) =>
        Array.Find(_all, p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase)) is { } elsewhere
            ? ArgumentFaults.NotFromArguments(task, elsewhere)
            : ArgumentFaults.Unknown(task, name, _slots.Select(p => p.Name));

    private void FillUp(string task, object?[] slots)
    {
        for (var i = 0; i < slots.Length; i++)
        {
            if (slots[i] == Absent && _slots[i].Source is null)
            {
                slots[i] = _slots[i].TakesRest ? ReadAll(task, _slots[i], "[]"u8) : _slots[i].HasFallback ? _slots[i].Fallback
                    : throw ArgumentFaults.Missing(task, _slots[i]);
            }
        }
    }
}
