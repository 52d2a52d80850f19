using OrleansTasks.Runs;

namespace OrleansTasks.Policies;

/// <summary>Keeps what earlier attempts of a run failed with, where its end says nothing of that. Pure.</summary>
internal static class EarlierErrors
{
    /// <summary>Returns the outcome with the last error of the attempts before, if the run was cancelled, timed out, expired or lost after attempts that failed.</summary>
    /// <param name="outcome">What the run came to.</param>
    /// <param name="failures">How many attempts failed before.</param>
    /// <param name="lastError">What the last of these said; null if nothing is known.</param>
    public static RunOutcome Keep(RunOutcome outcome, int failures, string? lastError)
    {
        if (failures == 0 || string.IsNullOrEmpty(lastError) || outcome.Status is RunStatus.Succeeded or RunStatus.Failed || outcome.Error?.Contains(lastError, StringComparison.Ordinal) == true)
        {
            return outcome;
        }

        var before = failures == 1 ? "One attempt failed before, with:" : $"{failures} attempts failed before, the last one with:";
        return outcome with { Error = $"{outcome.Error} {before} {lastError}".TrimStart() };
    }
}
