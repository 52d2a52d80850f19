using System.Text.Json;

namespace OrleansTasks.Events;

/// <summary>Type and data of an event, before it has an id.</summary>
/// <param name="Type">The event's type.</param>
/// <param name="Json">The data, JSON in UTF-8.</param>
internal sealed record EventData(string Type, byte[] Json)
{
    public static EventData OfResult(TaskResult result, bool withStack) => result.Status == RunStatus.Gap
        ? OfGap(result.Task, result.Missed, result.Sequence)
        : Of("result", withStack || result.Stack is null ? result : result with { Stack = null });

    public static EventData OfBroadcast(BroadcastMessage message) => Of("broadcast", message);

    public static EventData OfEvent(TaskEvent item) => Of("event", item);

    /// <summary>Says that events went by that this client has not seen.</summary>
    /// <param name="task">The task; null if they may be of any.</param>
    /// <param name="missed">How many; null if it is not known.</param>
    /// <param name="sequence">The sequence number of the last of them; null if they are not of one task.</param>
    public static EventData OfGap(string? task, long? missed, long? sequence) => Of("gap", new Gap(task, missed, sequence));

    private static EventData Of<T>(string type, T data) => new(type, JsonSerializer.SerializeToUtf8Bytes(data, TaskJson.Options));

    private sealed record Gap(string? Task, long? Missed, long? Sequence);
}
