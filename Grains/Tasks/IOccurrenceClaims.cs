using OrleansTasks.Calls;

namespace OrleansTasks.Tasks;

/// <summary>Has partitions note that runs of occurrences start.</summary>
internal interface IOccurrenceClaims
{
    /// <summary>Has a task's partition note a claim. Stored when it returns.</summary>
    /// <returns>The instant up to which others have claimed; null if nobody has.</returns>
    /// <exception cref="StaleTaskException">The task's attachment is out of date.</exception>
    Task<DateTimeOffset?> ClaimAsync(OccurrenceClaim claim);
}
