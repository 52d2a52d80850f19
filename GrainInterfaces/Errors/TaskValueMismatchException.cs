using System.Globalization;
using System.Text;

namespace OrleansTasks;

/// <summary>The exception that is thrown when a value cannot be read as the requested type.</summary>
[GenerateSerializer, Alias("OrleansTasks.TaskValueMismatchException")]
public sealed class TaskValueMismatchException : TaskException
{
    private const int ShownLength = 200;
    private const int ReasonLength = 300;

    /// <summary>Creates the exception.</summary>
    /// <param name="task">The name of the task that returned the value, or null if there is none.</param>
    /// <param name="what">What the value belongs to, as the start of the message.</param>
    /// <param name="type">The requested type.</param>
    /// <param name="json">The value as JSON.</param>
    /// <param name="inner">The serializer's exception.</param>
    internal TaskValueMismatchException(string? task, string what, Type type, ReadOnlySpan<byte> json, Exception inner)
        : this(task, what, type.ToString(), Show(json), inner)
    {
    }

    private TaskValueMismatchException(string? task, string what, string expectedType, string value, Exception inner)
        : base(task, $"{what} cannot be read as {expectedType}: it is {value}. Use a type that fits it. "
            + $"{(inner.Message.Length > ReasonLength ? inner.Message[..ReasonLength] + "…" : inner.Message)}", inner) =>
        (ExpectedType, Value) = (expectedType, value);

    /// <summary>Gets the name of the requested type.</summary>
    [Id(0)]
    public string ExpectedType { get; }

    /// <summary>Gets the value as JSON, without control characters. Text beyond 200 characters is cut off.</summary>
    [Id(1)]
    public string Value { get; }

    // Control characters, and characters that change how the rest is displayed, are not shown.
    private static bool IsShown(char c) =>
        char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator);

    private static string Show(ReadOnlySpan<byte> json)
    {
        // A character has at most four bytes, so what is cut off here lies beyond what is shown.
        var text = Encoding.UTF8.GetString(json.Length > 4 * (ShownLength + 1) ? json[..(4 * (ShownLength + 1))] : json);
        var isCut = text.Length > ShownLength;
        var end = isCut && char.IsHighSurrogate(text[ShownLength - 1]) ? ShownLength - 1 : Math.Min(text.Length, ShownLength);
        return string.Concat(text[..end].Select(static c => IsShown(c) ? c : ' ')) + (isCut ? "…" : "");
    }
}
