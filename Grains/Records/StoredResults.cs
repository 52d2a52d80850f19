using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks.Records;

/// <summary>
/// Writes and reads the results of a page as they are stored. A busy task writes its last page again and again, so usual values are
/// omitted: the task, a silo that is the same as that of the previous result, and success at the first attempt. Pages of version 1 have
/// results as the HTTP interface shows them.
/// </summary>
internal static class StoredResults
{
    public const int Version = 2;

    /// <summary>Gets the options of writers for results.</summary>
    public static JsonWriterOptions WriterOptions { get; } =
        new() { Encoder = StoredJson.Options.Encoder, SkipValidation = true, MaxDepth = StoredJson.Options.MaxDepth };

    /// <summary>Writes results of one task.</summary>
    public static byte[] Write(IReadOnlyList<TaskResult> results)
    {
        var buffer = new ArrayBufferWriter<byte>(64 + (results.Count * 160));
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            Write(writer, [.. results]);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes results of one task.</summary>
    public static void Write(Utf8JsonWriter writer, params ReadOnlySpan<TaskResult> results)
    {
        writer.WriteStartArray();
        string? silo = null;
        foreach (var result in results)
        {
            Write(writer, result, silo);
            silo = result.Silo;
        }

        writer.WriteEndArray();
    }

    /// <summary>Reads the results of a task's page of any version.</summary>
    public static List<TaskResult> Read(string task, HistoryPage page)
    {
        if (page.Packed is null)
        {
            return JsonSerializer.Deserialize<List<TaskResult>>(page.Results, StoredJson.Options)!;
        }

        return Read(task, page.Packed);
    }

    /// <summary>Reads results of a task that were written with <see cref="Write(IReadOnlyList{TaskResult})"/>.</summary>
    public static List<TaskResult> Read(string task, ReadOnlySpan<byte> packed)
    {
        string? silo = null;
        var results = new List<TaskResult>();
        foreach (var item in JsonSerializer.Deserialize<List<Item>>(packed, StoredJson.Options)!)
        {
            silo = item.OtherSilo is { } other ? other.Name : silo;
            results.Add(item.ToResult(task, silo));
        }

        return results;
    }

    private static void Write(Utf8JsonWriter writer, TaskResult result, string? silo)
    {
        writer.WriteStartObject();
        writer.WriteString("id", result.RunId.Value);
        writer.WriteNumber("n", result.Sequence);
        writer.WriteNumber("trigger", (int)result.Trigger);
        writer.WriteString("due", result.ScheduledAt);
        if (result.StartedAt is { } started)
        {
            writer.WriteNumber("began", started.UtcTicks - result.ScheduledAt.UtcTicks);
        }

        writer.WriteNumber("ended", result.FinishedAt.UtcTicks - result.ScheduledAt.UtcTicks);
        if (result.Status != RunStatus.Succeeded)
        {
            WriteAny(writer, "status", result.Status);
        }

        if (result.Attempt != 1)
        {
            writer.WriteNumber("attempt", result.Attempt);
        }

        if (result.Silo != silo)
        {
            WriteSilo(writer, result.Silo);
        }

        if (result.Json is not null)
        {
            writer.WritePropertyName("value");
            writer.WriteRawValue(result.Json, skipInputValidation: true);
        }

        WriteText(writer, "error", result.Error);
        WriteText(writer, "errorType", result.ErrorType);
        WriteText(writer, "stack", result.Stack);
        WriteText(writer, "by", result.RequestedBy);
        WriteText(writer, "parent", result.Parent?.ToString());
        WriteText(writer, "retryOf", result.RetryOf?.ToString());
        if (result.Batch is { } batch)
        {
            WriteAny(writer, "batch", batch);
        }

        if (result.LacksArguments)
        {
            writer.WriteBoolean("lacksArguments", true);
        }

        if (result.Missed != 0)
        {
            writer.WriteNumber("missed", result.Missed);
        }

        if (result.Arguments is { } arguments)
        {
            WriteAny(writer, "arguments", arguments);
        }

        if (result.Headers.Count > 0)
        {
            WriteAny(writer, "headers", result.Headers);
        }

        if (result.Log.Count > 0)
        {
            WriteAny(writer, "log", result.Log);
        }

        if (result.Marks.Count > 0)
        {
            WriteAny(writer, "marks", result.Marks);
        }

        writer.WriteEndObject();
    }

    private static void WriteSilo(Utf8JsonWriter writer, string? silo)
    {
        writer.WriteStartObject("silo");
        writer.WriteString("name", silo);
        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    private static void WriteAny<T>(Utf8JsonWriter writer, string name, T value)
    {
        writer.WritePropertyName(name);
        JsonSerializer.Serialize(writer, value, StoredJson.Options);
    }

    /// <summary>Represents a silo that differs from that of the previous result. Its name is null if no attempt was started.</summary>
    private sealed record OtherSilo(string? Name);

    private sealed record Item(
        Guid Id,
        [property: JsonPropertyName("n")] long Sequence,
        RunTrigger Trigger,
        DateTimeOffset Due,
        long Ended,
        long? Began = null,
        RunStatus Status = RunStatus.Succeeded,
        int Attempt = 1,
        [property: JsonPropertyName("silo")] OtherSilo? OtherSilo = null,
        JsonElement Value = default,
        string? Error = null,
        string? ErrorType = null,
        string? Stack = null,
        string? By = null,
        RunId? Parent = null,
        long Missed = 0,
        TaskArguments? Arguments = null,
        IReadOnlyList<RunLogLine>? Log = null,
        TaskHeaders? Headers = null,
        RunId? RetryOf = null,
        BatchMember? Batch = null,
        bool LacksArguments = false,
        IReadOnlyList<RunMark>? Marks = null)
    {
        public TaskResult ToResult(string task, string? silo) => new()
        {
            RunId = new RunId(task, Id),
            Sequence = Sequence,
            Status = Status,
            Error = Error,
            ErrorType = ErrorType,
            Stack = Stack,
            Trigger = Trigger,
            ScheduledAt = Due,
            StartedAt = Began is { } began ? At(began) : null,
            FinishedAt = At(Ended),
            Attempt = Attempt,
            Silo = silo,
            Missed = Missed,
            Log = Log ?? [],
            Marks = Marks ?? [],
            RequestedBy = By,
            Parent = Parent,
            RetryOf = RetryOf,
            Batch = Batch,
            LacksArguments = LacksArguments,
            Arguments = Arguments,
            Headers = Headers ?? TaskHeaders.None,
            Json = Value.ValueKind == JsonValueKind.Undefined ? null : JsonMarshal.GetRawUtf8Value(Value).ToArray(),
        };

        private DateTimeOffset At(long afterDue) => new(Due.UtcTicks + afterDue, TimeSpan.Zero);
    }
}
