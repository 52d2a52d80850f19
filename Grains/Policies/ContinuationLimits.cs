using OrleansTasks.Grains;
using OrleansTasks.Values;

namespace OrleansTasks.Policies;

/// <summary>How large what follows a run may be: it is stored with the run, and told with it. Pure.</summary>
internal static class ContinuationLimits
{
    /// <summary>What is wrong with it; none if nothing is.</summary>
    /// <param name="task">The task of the run; null for a batch.</param>
    /// <param name="then">What follows; null for nothing.</param>
    /// <param name="limits">The limits.</param>
    /// <exception cref="PayloadTooLargeException">Headers are too large, or the arguments of all of them together.</exception>
    public static IEnumerable<string> Faults(string? task, IReadOnlyList<Continuation>? then, TaskEngineLimits limits)
    {
        if (then is null)
        {
            return [];
        }

        if (then.Sum(static c => AnswerPage.SizeOf(c?.Arguments)) is var size && size > limits.MaxArgumentsSize)
        {
            throw new PayloadTooLargeException(
                task, size, limits.MaxArgumentsSize, $"The arguments of the continuations have {size} bytes of JSON together; "
                    + $"{limits.MaxArgumentsSize} are allowed (TasksOptions.Limits.MaxArgumentsSize).");
        }

        // That one is missing is said elsewhere.
        return then.Where(static c => c is not null).SelectMany(c => HeaderLimits.Faults(c.Task, TaskHeaders.Of(c.Headers), limits));
    }
}
