namespace OrleansTasks.Tasks;

/// <summary>What became due at a tick.</summary>
/// <param name="Due">The occurrences that are due.</param>
/// <param name="Missed">Those that were missed.</param>
/// <param name="ResumesPause">Whether a pause of the task is over, after which its schedule goes on.</param>
internal readonly record struct DueOccurrences(IReadOnlyList<DateTimeOffset> Due, IReadOnlyList<MissedOccurrences> Missed, bool ResumesPause);
