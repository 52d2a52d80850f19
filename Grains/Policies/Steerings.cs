using OrleansTasks.Errors;
using OrleansTasks.Runs;

namespace OrleansTasks.Policies;

/// <summary>What the exceptions that a handler threw say about further attempts. Pure.</summary>
internal static class Steerings
{
    private const int MostTypes = 200;

    /// <summary>Returns what is said: "never again" by any of them goes before "later". "Not yet" counts where nothing has failed besides.</summary>
    /// <param name="nodes">The exception, then those inside it.</param>
    /// <param name="now">The instant from which delays count.</param>
    public static (Steering Steering, DateTimeOffset? At) Of(IReadOnlyList<Exception> nodes, DateTimeOffset now)
    {
        // That arguments do not fit, or a value cannot be sent, is about this run only where it was thrown as it is: inside another exception it is that of a run that the handler asked for.
        if (nodes[0] is TaskArgumentException or TaskValueException || nodes.Any(static n => n is DoNotRetryException))
        {
            return (Steering.Never, null);
        }

        if (nodes.OfType<RetryLaterException>().FirstOrDefault() is { } later)
        {
            return (Steering.Later, later.At ?? Later(now, later.Delay!.Value));
        }

        // Who snoozes has not failed; who failed besides has.
        return nodes.OfType<SnoozeException>().FirstOrDefault() is { } snooze && nodes.All(static n => n is SnoozeException || ExceptionText.InnerOf(n).Any())
            ? (Steering.Snooze, snooze.At ?? Later(now, snooze.Delay!.Value))
            : (Steering.None, null);
    }

    /// <summary>Returns the full names of the types of all of them and of the types that these derive from, each once.</summary>
    public static string[] TypesOf(IReadOnlyList<Exception> nodes) => [.. nodes.SelectMany(TypesOf).Distinct(StringComparer.Ordinal).Take(MostTypes)];

    private static IEnumerable<string> TypesOf(Exception e)
    {
        for (var type = e.GetType(); type != typeof(object); type = type.BaseType!)
        {
            yield return type.FullName ?? type.Name;
        }
    }

    private static DateTimeOffset Later(DateTimeOffset now, TimeSpan delay) => now + (delay < OptionFaults.LongestWait ? delay : OptionFaults.LongestWait);
}
