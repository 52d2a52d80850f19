using OrleansTasks.Text;

namespace OrleansTasks.Running;

/// <summary>Converts a handler's progress to the form in which it is sent. Pure.</summary>
internal static class ProgressReports
{
    private const int MaxDataSize = 16 << 10;
    private const int MaxMessageLength = 1000;

    /// <summary>Returns the report of a progress.</summary>
    /// <param name="task">The task.</param>
    /// <param name="fraction">The part done.</param>
    /// <param name="message">A message for people. A message that is too long is truncated.</param>
    /// <param name="data">Other data.</param>
    /// <param name="at">When the handler reported it.</param>
    /// <exception cref="PayloadTooLargeException">The data is too large.</exception>
    public static RunProgress Of(string task, double? fraction, string? message, object? data, DateTimeOffset at)
    {
        var json = data is null ? null : TaskJson.Write(data);
        return json?.Length > MaxDataSize
            ? throw new PayloadTooLargeException(task, "The progress data", json.Length, MaxDataSize)
            : new RunProgress { Fraction = fraction, Message = ShownText.Cut(message, MaxMessageLength), At = at, Json = json };
    }
}
