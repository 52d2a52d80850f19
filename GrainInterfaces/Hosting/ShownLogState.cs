using System.Collections;
using OrleansTasks.Text;

namespace OrleansTasks.Hosting;

/// <summary>Contains the values of a log message, with every text in them made safe to display (see <see cref="ShownText"/>).</summary>
internal sealed class ShownLogState : IReadOnlyList<KeyValuePair<string, object?>>
{
    private const string Format = "{OriginalFormat}";
    private readonly KeyValuePair<string, object?>[] _values;
    private readonly string _message;

    private ShownLogState(KeyValuePair<string, object?>[] values, string message) => (_values, _message) = (values, message);

    public int Count => _values.Length;

    public KeyValuePair<string, object?> this[int index] => _values[index];

    /// <summary>Returns the state to log instead, or null if the message may be logged as it is.</summary>
    public static ShownLogState? Of<TState>(TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> values || values.All(static v => IsFit(v)))
        {
            return null;
        }

        return new ShownLogState([.. values.Select(static v => IsFit(v) ? v : new(v.Key, ShownText.Of((string)v.Value!)))],
            ShownText.Of(formatter(state, exception), 2 * ShownText.MaxShown));
    }

    public override string ToString() => _message;

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() =>
        ((IEnumerable<KeyValuePair<string, object?>>)_values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static bool IsFit(KeyValuePair<string, object?> value) =>
        value.Value is not string text || value.Key == Format || (text.Length <= ShownText.MaxShown && ShownText.IsHarmless(text));
}
