using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;

namespace OrleansTasks.Client.Http;

/// <summary>Reads the items of event streams.</summary>
internal static class EventItems
{
    /// <summary>Returns a result, or for missed results one with <see cref="RunStatus.Gap"/>.</summary>
    /// <param name="item">The event.</param>
    /// <param name="task">The task whose results the stream has. Null for those of all tasks.</param>
    public static TaskResult? ResultOf(SseItem<string> item, string? task) => item.EventType switch
    {
        "result" => Read<TaskResult>(item),
        "gap" when task is not null => GapOf(item, task),
        _ => null,
    };

    public static TaskEvent? EventOf(SseItem<string> item) => item.EventType == "event" ? Read<TaskEvent>(item) : null;

    public static BroadcastMessage? BroadcastOf(SseItem<string> item)
    {
        if (item.EventType != "broadcast")
        {
            return null;
        }

        using var document = JsonDocument.Parse(item.Data);
        var json = document.RootElement;
        return new BroadcastMessage
        {
            Id = json.GetProperty("id").GetGuid(),
            SentAt = json.GetProperty("sentAt").GetDateTimeOffset(),
            Task = json.TryGetProperty("task", out var task) ? task.GetString() : null,
            Json = Encoding.UTF8.GetBytes(json.GetProperty("message").GetRawText()),
        };
    }

    private static TaskResult GapOf(SseItem<string> item, string task)
    {
        using var document = JsonDocument.Parse(item.Data);
        var missed = NumberOf(document.RootElement, "missed");
        return new TaskResult
        {
            RunId = new RunId(task, Guid.Empty),
            Status = RunStatus.Gap,
            Sequence = NumberOf(document.RootElement, "sequence"),
            Missed = missed,
            Error = $"{(missed > 0 ? missed : "Some")} results of '{task}' were missed, and the history no longer has them.",
        };
    }

    private static long NumberOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : 0;

    private static T? Read<T>(SseItem<string> item) =>
        TaskJson.ReadValue(Encoding.UTF8.GetBytes(item.Data), null, $"The event {item.EventId}", ApiJson.Options.ContractOf<T>());
}
