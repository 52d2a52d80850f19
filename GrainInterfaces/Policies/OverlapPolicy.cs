using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>What an occurrence does when an earlier scheduled run of its task is still under way, anywhere in the cluster. One that waits for another attempt is under way too.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<OverlapPolicy>))]
public enum OverlapPolicy
{
    /// <summary>The occurrence is skipped. The default.</summary>
    Skip = 0,

    /// <summary>The occurrence runs beside the earlier one.</summary>
    Allow = 1,

    /// <summary>The occurrence waits until the earlier run has ended; while one waits, further ones are skipped.</summary>
    QueueOne = 2,

    /// <summary>Occurrences wait, and run one after the other; when <see cref="TaskOptions.MaxQueuedOccurrences"/> wait, further ones are skipped.</summary>
    QueueAll = 3,

    /// <summary>The earlier run is asked to stop. The occurrence runs as soon as that one has ended; if a further one comes before, it takes its place.</summary>
    CancelRunning = 4,
}
