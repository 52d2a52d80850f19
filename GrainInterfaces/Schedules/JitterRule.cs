using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines how jitter moves an occurrence.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<JitterRule>))]
public enum JitterRule
{
    /// <summary>Delays each occurrence by a different fraction of the jitter, and never to the next occurrence or beyond.</summary>
    Later = 0,

    /// <summary>
    /// Moves each occurrence earlier or later by a different fraction of the jitter, and by less than half the time to the previous and the
    /// next one.
    /// </summary>
    Around = 1,

    /// <summary>
    /// Delays all occurrences of a task by the same fraction of the jitter, which depends on the task's name, so that the time between them
    /// stays the same.
    /// </summary>
    Fixed = 2,
}
