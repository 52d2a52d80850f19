namespace OrleansTasks.Tasks;

/// <summary>Represents what became due at a tick.</summary>
/// <param name="Due">The occurrences that are due.</param>
/// <param name="Missed">The occurrences that were missed.</param>
/// <param name="ResumesPause">Whether a pause of the task has ended, so that its schedule resumes.</param>
internal readonly record struct DueOccurrences(IReadOnlyList<DateTimeOffset> Due, IReadOnlyList<MissedOccurrences> Missed,
    bool ResumesPause);
