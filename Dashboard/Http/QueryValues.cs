using System.Globalization;
using System.Text.Json;
using OrleansTasks.Text;

namespace OrleansTasks.Http;

/// <summary>Reads query parameters, with errors that name the parameter.</summary>
/// <remarks>The parameters are bound as strings, because the framework's error for an invalid number does not name the parameter.</remarks>
internal static class QueryValues
{
    public static int Limit(string? text) => (int)(Number("limit", text, 1, 1000) ?? 100);

    public static long? Number(string parameter, string? text, long minimum, long maximum)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= minimum
            && value <= maximum
            ? value
            : throw ProblemException.BadParameter(parameter, $"'{parameter}' is '{ShownText.Quote(text)}'; a whole number from {minimum} "
                + $"to {maximum} is expected.");
    }

    public static DateTimeOffset? Instant(string parameter, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return InstantText.TryRead(text, out var instant)
            ? instant.ToUniversalTime()
            : throw ProblemException.BadParameter(parameter, $"'{parameter}' is '{ShownText.Quote(text)}'; an instant such as "
                + "2030-01-31T09:00:00Z is expected (a + in an address is written %2B).");
    }

    public static TimeSpan? Span(string parameter, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return SpanText.TryRead(text, out var span) && span >= TimeSpan.Zero
            ? span
            : throw ProblemException.BadParameter(parameter, $"'{parameter}' is '{ShownText.Quote(text)}'; a span such as 00:00:05 or "
                + "PT5S is expected.");
    }

    public static T? OneOf<T>(string parameter, string? text)
        where T : struct, Enum
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        foreach (var value in Enum.GetValues<T>())
        {
            if (text.Equals(value.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        var allowed = string.Join(", ", Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName));
        throw ProblemException.BadParameter(parameter, $"'{parameter}' is '{ShownText.Quote(text)}'; allowed: {allowed}.");
    }

    public static RunId? Run(string parameter, string? text) => string.IsNullOrEmpty(text) ? null
        : RunId.TryParse(text, null, out var run) ? run
        : throw ProblemException.BadParameter(parameter, $"'{parameter}' is '{ShownText.Quote(text)}'; a run's id is expected, such as "
            + "fibonacci~0199f3a26d2c7c1e9d5f0123456789ab.");

    public static Guid? Batch(string parameter, string? text) => string.IsNullOrEmpty(text) ? null
        : Guid.TryParse(text, out var batch) ? batch
        : throw ProblemException.BadParameter(parameter, $"'{parameter}' is '{ShownText.Quote(text)}'; a batch's id is expected, which is "
            + "a UUID.");

    public static RunId Run(string text) => RunId.TryParse(text, null, out var run)
        ? run
        : throw new ProblemException(TaskProblems.New(
            404, "run-not-found", "No such run", $"'{ShownText.Quote(text)}' is not a run id; a run id looks like "
                + "fibonacci~0199f3a26d2c7c1e9d5f0123456789ab.", ("runId", text)));
}
