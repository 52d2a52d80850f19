using OrleansTasks.Grains;
using OrleansTasks.Values;

namespace OrleansTasks.Policies;

/// <summary>Limits the size of continuations, because they are stored and sent with the run. Pure.</summary>
internal static class ContinuationLimits
{
    /// <summary>Returns the faults, or none.</summary>
    /// <param name="task">The task of the run, or null for a batch.</param>
    /// <param name="then">The continuations, or null for none.</param>
    /// <param name="limits">The limits.</param>
    /// <exception cref="PayloadTooLargeException">The headers are too large, or the arguments of all continuations together.</exception>
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

        // Another check reports missing continuations.
        return then.Where(static c => c is not null).SelectMany(c => HeaderLimits.Faults(c.Task, TaskHeaders.Of(c.Headers), limits));
    }
}
