using OrleansTasks.Errors;
using OrleansTasks.Runs;

namespace OrleansTasks.Policies;

/// <summary>Determines what the exceptions of a handler say about further attempts. Pure.</summary>
internal static class Steerings
{
    private const int MostTypes = 200;

    /// <summary>
    /// Returns the instruction. "Never again" from any of the exceptions takes precedence over "later". "Not yet" counts only if nothing
    /// else has failed.
    /// </summary>
    /// <param name="nodes">The exception, followed by its inner exceptions.</param>
    /// <param name="now">The instant from which delays are counted.</param>
    public static (Steering Steering, DateTimeOffset? At) Of(IReadOnlyList<Exception> nodes, DateTimeOffset now)
    {
        // An argument that does not fit or a value that cannot be sent concerns this run only if it is the outermost exception.
        // Inside another exception it concerns a run that the handler started.
        if (nodes[0] is TaskArgumentException or TaskValueException || nodes.Any(static n => n is DoNotRetryException))
        {
            return (Steering.Never, null);
        }

        if (nodes.OfType<RetryLaterException>().FirstOrDefault() is { } later)
        {
            return (Steering.Later, later.At ?? Later(now, later.Delay!.Value));
        }

        // A run that snoozes has not failed. A run with another failure has.
        return nodes.OfType<SnoozeException>().FirstOrDefault() is { } snooze
            && nodes.All(static n => n is SnoozeException || ExceptionText.InnerOf(n).Any())
            ? (Steering.Snooze, snooze.At ?? Later(now, snooze.Delay!.Value))
            : (Steering.None, null);
    }

    /// <summary>Returns the full names of the types of all exceptions and of their base types, each once.</summary>
    public static string[] TypesOf(IReadOnlyList<Exception> nodes) =>
        [.. nodes.SelectMany(TypesOf).Distinct(StringComparer.Ordinal).Take(MostTypes)];

    private static IEnumerable<string> TypesOf(Exception e)
    {
        for (var type = e.GetType(); type != typeof(object); type = type.BaseType!)
        {
            yield return type.FullName ?? type.Name;
        }
    }

    private static DateTimeOffset Later(DateTimeOffset now, TimeSpan delay) =>
        now + (delay < OptionFaults.LongestWait ? delay : OptionFaults.LongestWait);
}
