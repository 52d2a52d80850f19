using Microsoft.Extensions.Logging;
using OrleansTasks.Errors;
using OrleansTasks.Text;

namespace OrleansTasks.Running;

/// <summary>Keeps the last lines that an attempt logged, on any thread, up to a number of lines and characters.</summary>
/// <param name="most">The maximum number of lines.</param>
/// <param name="mostCharacters">The maximum number of characters in all of them.</param>
/// <param name="time">The clock.</param>
internal sealed class RunLog(int most, int mostCharacters, TimeProvider time)
{
    private const int MaxLength = 1000;
    private const int MaxCategory = 200;
    private readonly Lock _gate = new();

    // Most runs log nothing.
    private Queue<RunLogLine>? _lines;
    private int _dropped;
    private int _characters;

    public void Add(LogLevel level, string category, string message, Exception? exception)
    {
        var text = exception is null
            ? message
            : $"{ShownText.Cut(message, MaxLength)} {ExceptionText.NameOf(exception)}: {ExceptionText.MessageOf(exception, MaxLength)}";
        var line = new RunLogLine(time.GetUtcNow(), level, ShownText.Cut(category, MaxCategory)!, ShownText.Cut(text, MaxLength)!);
        lock (_gate)
        {
            (_lines ??= new()).Enqueue(line);
            _characters += LengthOf(line);
            while (_lines.Count > 1 && (_lines.Count > most || _characters > mostCharacters))
            {
                _characters -= LengthOf(_lines.Dequeue());
                _dropped++;
            }
        }
    }

    private static int LengthOf(RunLogLine line) => line.Category.Length + line.Message.Length;

    /// <summary>Returns the lines. If lines were dropped, the first line says how many.</summary>
    public IReadOnlyList<RunLogLine> Take()
    {
        lock (_gate)
        {
            if (_lines is null)
            {
                return [];
            }

            var first = _lines.Peek();
            return _dropped == 0
                ? [.. _lines]
                : [new RunLogLine(first.At, LogLevel.Information, nameof(OrleansTasks), $"{_dropped} earlier lines are not kept."),
                    .. _lines];
        }
    }
}
