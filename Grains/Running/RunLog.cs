using Microsoft.Extensions.Logging;

namespace OrleansTasks;

/// <summary>The last lines that were logged in an attempt, on whatever thread; so many, and so long.</summary>
internal sealed class RunLog(int most, TimeProvider time)
{
    private const int MaxLength = 1000;
    private readonly Lock _gate = new();

    // Most runs log nothing.
    private Queue<RunLogLine>? _lines;
    private int _dropped;

    public void Add(LogLevel level, string category, string message, Exception? exception)
    {
        var text = exception is null ? message : $"{message} {ExceptionText.NameOf(exception)}: {ExceptionText.MessageOf(exception)}";
        var line = new RunLogLine(time.GetUtcNow(), level, category, text.Length > MaxLength ? text[..MaxLength] : text);
        lock (_gate)
        {
            (_lines ??= new()).Enqueue(line);
            if (_lines.Count > most)
            {
                _lines.Dequeue();
                _dropped++;
            }
        }
    }

    /// <summary>The lines; if there were more, the first says how many.</summary>
    public IReadOnlyList<RunLogLine> Take()
    {
        lock (_gate)
        {
            if (_lines is null)
            {
                return [];
            }

            var first = _lines.Peek();
            return _dropped == 0 ? [.. _lines] : [new RunLogLine(first.At, LogLevel.Information, nameof(OrleansTasks), $"{_dropped} earlier lines are not kept."), .. _lines];
        }
    }
}
