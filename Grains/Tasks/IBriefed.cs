using OrleansTasks.Calls;

namespace OrleansTasks.Tasks;

/// <summary>Defines what the link to a partition tells its grain.</summary>
internal interface IBriefed
{
    /// <summary>
    /// Gets the instant after which the grain handles no more occurrences, although it was asked to; null if there is none.
    /// </summary>
    DateTimeOffset? LetGo { get; }

    /// <summary>Gets whether the silo is stopping, so that the grain starts nothing.</summary>
    bool IsStopping { get; }

    /// <summary>Starts to record which runs end while a question is in progress and its answer is processed.</summary>
    GoneRuns OnAsking();

    /// <summary>Processes the immediate part of a briefing.</summary>
    /// <param name="briefing">The briefing.</param>
    /// <param name="isFirst">Whether it is the first briefing of this activation.</param>
    void OnBriefing(Briefing briefing, bool isFirst);

    /// <summary>Processes the rest of a briefing.</summary>
    /// <param name="briefing">The briefing.</param>
    /// <param name="gone">The runs that have ended since the question was asked.</param>
    /// <param name="isFirst">Whether it is the first briefing of this activation.</param>
    /// <param name="isChanged">Whether the task's definition has changed.</param>
    /// <param name="isStopped">Whether the scheduler was stopped since the last briefing.</param>
    Task OnBriefedAsync(Briefing briefing, GoneRuns gone, bool isFirst, bool isChanged, bool isStopped);

    /// <summary>Handles that a later activation owns the task. This one never does again.</summary>
    void OnReplaced();

    /// <summary>Schedules another question to the partition.</summary>
    void OnDoubt();
}
