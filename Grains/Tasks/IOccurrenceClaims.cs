using OrleansTasks.Calls;

namespace OrleansTasks.Tasks;

/// <summary>Tells partitions that runs of occurrences start.</summary>
internal interface IOccurrenceClaims
{
    /// <summary>Stores a claim in a task's partition. The claim is stored when the call returns.</summary>
    /// <returns>The instant up to which other activations have claimed; null if none has.</returns>
    /// <exception cref="StaleTaskException">The task's attachment is out of date.</exception>
    Task<DateTimeOffset?> ClaimAsync(OccurrenceClaim claim);
}
