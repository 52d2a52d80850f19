using OrleansTasks.Text;

namespace OrleansTasks.Running;

/// <summary>What a handler says of its progress, in the form in which it is told on. Pure.</summary>
internal static class ProgressReports
{
    private const int MaxDataSize = 16 << 10;
    private const int MaxMessageLength = 1000;

    /// <summary>Returns the report.</summary>
    /// <param name="task">The task.</param>
    /// <param name="fraction">The part done.</param>
    /// <param name="message">What people are told; what is too long is cut off.</param>
    /// <param name="data">Anything else.</param>
    /// <param name="at">When it was said.</param>
    /// <exception cref="PayloadTooLargeException">The data is too large.</exception>
    public static RunProgress Of(string task, double? fraction, string? message, object? data, DateTimeOffset at)
    {
        var json = data is null ? null : TaskJson.Write(data);
        return json?.Length > MaxDataSize
            ? throw new PayloadTooLargeException(task, "The progress data", json.Length, MaxDataSize)
            : new RunProgress { Fraction = fraction, Message = ShownText.Cut(message, MaxMessageLength), At = at, Json = json };
    }
}
