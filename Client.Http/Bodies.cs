using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;

namespace OrleansTasks.Client.Http;

/// <summary>Writes the bodies of requests.</summary>
internal static class Bodies
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    public static HttpContent Of(byte[] json) => new ByteArrayContent(json) { Headers = { ContentType = Json } };

    public static HttpContent OfRun(TaskArguments? arguments, RunOptions? options) => Of(writer =>
    {
        WriteArguments(writer, arguments);
        Write(writer, "timeout", options?.Timeout);
        Write(writer, "guarantee", options?.Guarantee);
        Write(writer, "retry", options?.Retry);
        Write(writer, "priority", options?.Priority);
        Write(writer, "headers", options?.Headers);
    });

    public static HttpContent OfDispatch(TaskArguments? arguments, DispatchOptions? options) => Of(writer =>
    {
        WriteArguments(writer, arguments);
        Write(writer, "at", options?.At);
        Write(writer, "delay", options?.Delay);
        Write(writer, "timeout", options?.Timeout);
        Write(writer, "guarantee", options?.Guarantee);
        Write(writer, "retry", options?.Retry);
        Write(writer, "runTimeout", options?.RunTimeout);
        Write(writer, "expiresAt", options?.ExpiresAt);
        Write(writer, "priority", options?.Priority);
        Write(writer, "idempotencyRetention", options?.IdempotencyRetention);
        Write(writer, "uniqueFor", options?.UniqueFor);
        Write(writer, "then", options?.Then);
        Write(writer, "headers", options?.Headers);
    });

    public static HttpContent OfRetry(RetryOptions? options) => Of(writer =>
    {
        WriteArguments(writer, options?.Arguments);
        Write(writer, "delay", options?.Delay);
    });

    public static HttpContent OfTrigger(TriggerOptions? options) => Of(writer => Write(writer, "headers", options?.Headers));

    private static HttpContent Of(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        write(writer);
        writer.WriteEndObject();
        writer.Flush();
        return Of(buffer.WrittenSpan.ToArray());
    }

    /// <summary>Writes both forms of arguments. Without any of them, the run gets the task's own.</summary>
    private static void WriteArguments(Utf8JsonWriter writer, TaskArguments? arguments)
    {
        if (arguments is null)
        {
            return;
        }

        writer.WritePropertyName("args");
        writer.WriteRawValue(arguments.PositionalUtf8);
        if (!arguments.NamedUtf8.IsEmpty)
        {
            writer.WritePropertyName("named");
            writer.WriteRawValue(arguments.NamedUtf8);
        }
    }

    private static void Write<T>(Utf8JsonWriter writer, string name, T? value)
    {
        if (value is not null)
        {
            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, value, ApiJson.Options.ContractOf<T>());
        }
    }
}
