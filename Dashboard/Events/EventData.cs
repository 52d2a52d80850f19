using System.Text.Json;

namespace OrleansTasks.Events;

/// <summary>Represents the type and data of an event that has no id yet.</summary>
/// <param name="Type">The event's type.</param>
/// <param name="Json">The data, as JSON in UTF-8.</param>
internal sealed record EventData(string Type, byte[] Json)
{
    public static EventData OfResult(TaskResult result, bool withStack) => result.Status == RunStatus.Gap
        ? OfGap(result.Task, result.Missed, result.Sequence)
        : Of("result", withStack || result.Stack is null ? result : result with { Stack = null });

    public static EventData OfBroadcast(BroadcastMessage message) => Of("broadcast", message);

    public static EventData OfEvent(TaskEvent item) => Of("event", item);

    /// <summary>Creates an event that tells a client that it missed events.</summary>
    /// <param name="task">The task; null if the events may belong to any task.</param>
    /// <param name="missed">The number of missed events; null if it is unknown.</param>
    /// <param name="sequence">The sequence number of the last missed event; null if the events do not belong to one task.</param>
    public static EventData OfGap(string? task, long? missed, long? sequence) => Of("gap", new Gap(task, missed, sequence));

    private static EventData Of<T>(string type, T data) => new(type, JsonSerializer.SerializeToUtf8Bytes(data, TaskJson.Options));

    private sealed record Gap(string? Task, long? Missed, long? Sequence);
}
