using OrleansTasks.Runs;

namespace OrleansTasks.Policies;

/// <summary>Keeps the error of earlier attempts of a run, if its end does not contain it. Pure.</summary>
internal static class EarlierErrors
{
    /// <summary>
    /// Returns the outcome with the last error of the previous attempts, if the run was cancelled, timed out, expired or was lost after
    /// attempts that failed.
    /// </summary>
    /// <param name="outcome">The outcome of the run.</param>
    /// <param name="failures">The number of previous attempts that failed.</param>
    /// <param name="lastError">The error of the last of these, or null if it is not known.</param>
    public static RunOutcome Keep(RunOutcome outcome, int failures, string? lastError)
    {
        if (failures == 0 || string.IsNullOrEmpty(lastError) || outcome.Status is RunStatus.Succeeded or RunStatus.Failed
            || outcome.Error?.Contains(lastError, StringComparison.Ordinal) == true)
        {
            return outcome;
        }

        var before = failures == 1 ? "One attempt failed before, with:" : $"{failures} attempts failed before, the last one with:";
        return outcome with { Error = $"{outcome.Error} {before} {lastError}".TrimStart() };
    }
}
