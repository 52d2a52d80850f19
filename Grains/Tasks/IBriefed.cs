using OrleansTasks.Calls;

namespace OrleansTasks.Tasks;

/// <summary>What a link to a partition tells the grain that it belongs to.</summary>
internal interface IBriefed
{
    /// <summary>The instant after which the grain looks after no further occurrences, although it was to; null if there is none.</summary>
    DateTimeOffset? LetGo { get; }

    /// <summary>Whether its silo stops, so that it starts nothing.</summary>
    bool IsStopping { get; }

    /// <summary>Notes, while a question is under way and its answer acted upon, which runs have ended since.</summary>
    GoneRuns OnAsking();

    /// <summary>Takes what a briefing says at once.</summary>
    /// <param name="briefing">The briefing.</param>
    /// <param name="isFirst">Whether it is this activation's first.</param>
    void OnBriefing(Briefing briefing, bool isFirst);

    /// <summary>Acts upon a briefing.</summary>
    /// <param name="briefing">The briefing.</param>
    /// <param name="gone">The runs that have ended since the question.</param>
    /// <param name="isFirst">Whether it is this activation's first.</param>
    /// <param name="isChanged">Whether the task is another one than before.</param>
    /// <param name="isStopped">Whether the scheduler was stopped since the last one.</param>
    Task OnBriefedAsync(Briefing briefing, GoneRuns gone, bool isFirst, bool isChanged, bool isStopped);

    /// <summary>Takes that a later activation works on the task: this one never does again.</summary>
    void OnReplaced();

    /// <summary>Has the partition asked again after a while.</summary>
    void OnDoubt();
}
