using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>
/// Defines what an occurrence does while an earlier scheduled run of its task is active anywhere in the cluster. A run that waits for its
/// next attempt is active.
/// </summary>
[JsonConverter(typeof(CamelCaseEnumConverter<OverlapPolicy>))]
public enum OverlapPolicy
{
    /// <summary>Skips the occurrence. The default.</summary>
    Skip = 0,

    /// <summary>Runs the occurrence in parallel with the earlier one.</summary>
    Allow = 1,

    /// <summary>Queues one occurrence until the earlier run has ended, and skips further ones while one is queued.</summary>
    QueueOne = 2,

    /// <summary>
    /// Queues occurrences, which run one after the other, and skips further ones when <see cref="TaskOptions.MaxQueuedOccurrences"/> are
    /// queued.
    /// </summary>
    QueueAll = 3,

    /// <summary>
    /// Cancels the earlier run and starts the occurrence when that run has ended; a further occurrence replaces the one that waits.
    /// </summary>
    CancelRunning = 4,
}
