using System.Globalization;
using OrleansTasks.Errors;
using OrleansTasks.Text;

namespace OrleansTasks.Generators.Declared;

/// <summary>Reads durations in attributes.</summary>
internal static class Spans
{
    /// <summary>Returns a duration as code.</summary>
    public static string Code(string text) => SpanText.TryRead(text, out var span)
        ? string.Create(CultureInfo.InvariantCulture, $"global::System.TimeSpan.FromTicks({span.Ticks}L)")
        : "default";

    /// <summary>Returns the error in a duration, or null if it is valid. The bounds and messages are those of the library.</summary>
    public static string? Fault(string what, string? text, Bounds bounds)
    {
        if (text is null)
        {
            return null;
        }

        if (!SpanText.TryRead(text, out var span))
        {
            return $"{what}: {SpanText.Fault(text)}.";
        }

        return bounds.Fault(what, span);
    }

    /// <summary>Checks the bounds of a duration.</summary>
    public sealed record Bounds(Func<string, TimeSpan, string?> Fault)
    {
        public static readonly Bounds Interval = new(static (what, span) =>
            span < TimeSpan.FromMilliseconds(1)
                ? string.Create(CultureInfo.InvariantCulture,
                    $"{what} of {span.TotalMilliseconds:0.####} ms is too short: at least 1 ms are needed.")
            : span > TimeSpan.FromDays(36525)
            ? string.Create(CultureInfo.InvariantCulture,
                $"{what} of {span.TotalDays:0} days is too long: 36525 days (100 years) are allowed.")
            : null);

        public static readonly Bounds Timeout = new(static (what, span) => OptionFaults.OfTimeout(what, span).FirstOrDefault());

        public static readonly Bounds Wait = new(OptionFaults.OfWait);

        public static readonly Bounds Watch = new(static (what, span) =>
            span < TimeSpan.FromSeconds(1) || span > OptionFaults.LongestWait
                ? $"{what} is {span}; 1 second to 24 days are allowed."
                : null);

        public static readonly Bounds Misfire = new(static (what, span) =>
            span < TimeSpan.FromMilliseconds(100) || span > TimeSpan.FromDays(1)
                ? $"{what} is {span}; 100 ms to 1 day are allowed."
                : null);
    }
}
