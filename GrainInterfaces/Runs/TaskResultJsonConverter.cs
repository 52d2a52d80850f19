using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks.Runs;

/// <summary>Reads and writes the JSON of results, as the HTTP interface and the storage have it.</summary>
internal sealed class TaskResultJsonConverter : JsonConverter<TaskResult>
{
    public override TaskResult? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var dto = JsonSerializer.Deserialize(ref reader, options.ContractOf<ResultDto>());
        return dto is null ? null : new TaskResult
        {
            RunId = dto.RunId,
            Sequence = dto.Sequence,
            Status = dto.Status,
            Error = dto.Error,
            ErrorType = dto.ErrorType,
            Stack = dto.Stack,
            Trigger = dto.Trigger,
            ScheduledAt = dto.ScheduledAt,
            StartedAt = dto.StartedAt,
            FinishedAt = dto.FinishedAt,
            Attempt = dto.Attempt,
            Silo = dto.Silo,
            Missed = dto.Missed,
            Log = dto.Log ?? [],
            RequestedBy = dto.RequestedBy,
            Parent = dto.Parent,
            RetryOf = dto.RetryOf,
            Batch = dto.Batch,
            LacksArguments = dto.LacksArguments,
            Arguments = dto.Arguments,
            Headers = dto.Headers ?? TaskHeaders.None,
            Json = dto.Value is { } value ? JsonSerializer.SerializeToUtf8Bytes(value, TaskJson.Options.ContractOf<JsonElement>()) : null,
        };
    }

    public override void Write(Utf8JsonWriter writer, TaskResult value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("runId", value.RunId.ToString());
        writer.WriteString("task", value.Task);
        writer.WriteNumber("sequence", value.Sequence);
        writer.WritePropertyName("status");
        JsonSerializer.Serialize(writer, value.Status, options.ContractOf<RunStatus>());
        writer.WriteBoolean("successful", value.Successful);
        if (value.Json is not null)
        {
            writer.WritePropertyName("value");
            writer.WriteRawValue(value.Json, skipInputValidation: true);
        }
        else if (value.Successful)
        {
            writer.WriteNull("value");
        }

        WriteText(writer, "error", value.Error);
        WriteText(writer, "errorType", value.ErrorType);
        WriteText(writer, "stack", value.Stack);
        writer.WritePropertyName("trigger");
        JsonSerializer.Serialize(writer, value.Trigger, options.ContractOf<RunTrigger>());
        writer.WriteString("scheduledAt", value.ScheduledAt);
        if (value.StartedAt is { } started)
        {
            writer.WriteString("startedAt", started);
        }

        writer.WriteString("finishedAt", value.FinishedAt);
        writer.WriteNumber("attempt", value.Attempt);
        WriteText(writer, "silo", value.Silo);
        WriteText(writer, "requestedBy", value.RequestedBy);
        WriteText(writer, "parent", value.Parent?.ToString());
        WriteText(writer, "retryOf", value.RetryOf?.ToString());
        if (value.Batch is { } batch)
        {
            writer.WritePropertyName("batch");
            JsonSerializer.Serialize(writer, batch, options.ContractOf<BatchMember>());
        }

        if (value.LacksArguments)
        {
            writer.WriteBoolean("lacksArguments", true);
        }

        if (value.Arguments is { } arguments)
        {
            writer.WritePropertyName("arguments");
            JsonSerializer.Serialize(writer, arguments, options.ContractOf<TaskArguments>());
        }

        if (value.Headers.Count > 0)
        {
            writer.WritePropertyName("headers");
            JsonSerializer.Serialize(writer, value.Headers, options.ContractOf<IReadOnlyDictionary<string, string>>());
        }

        if (value.Missed != 0)
        {
            writer.WriteNumber("missed", value.Missed);
        }

        if (value.Log.Count > 0)
        {
            writer.WritePropertyName("log");
            JsonSerializer.Serialize(writer, value.Log, options.ContractOf<IReadOnlyList<RunLogLine>>());
        }

        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    // Unknown members are ignored, also in arguments: a result has computed members, and later versions have more.
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
    internal sealed record ResultDto
    {
        public RunId RunId { get; init; }

        public long Sequence { get; init; }

        public RunStatus Status { get; init; }

        public string? Error { get; init; }

        public string? ErrorType { get; init; }

        public string? Stack { get; init; }

        public RunTrigger Trigger { get; init; }

        public DateTimeOffset ScheduledAt { get; init; }

        public DateTimeOffset? StartedAt { get; init; }

        public DateTimeOffset FinishedAt { get; init; }

        public int Attempt { get; init; }

        public string? Silo { get; init; }

        public long Missed { get; init; }

        public IReadOnlyList<RunLogLine>? Log { get; init; }

        public string? RequestedBy { get; init; }

        public RunId? Parent { get; init; }

        public RunId? RetryOf { get; init; }

        public BatchMember? Batch { get; init; }

        public bool LacksArguments { get; init; }

        public TaskArguments? Arguments { get; init; }

        public TaskHeaders? Headers { get; init; }

        public JsonElement? Value { get; init; }
    }
}
