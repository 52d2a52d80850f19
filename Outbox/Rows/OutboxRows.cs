using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansTasks.Telemetry;
using OrleansTasks.Text;

namespace OrleansTasks.Outbox.Rows;

/// <summary>Creates rows from requests, and requests from rows. Pure.</summary>
internal static class OutboxRows
{
    /// <summary>The maximum length of a key.</summary>
    public const int MaxKeyLength = 200;

    /// <summary>The maximum length of a reason.</summary>
    public const int MaxReasonLength = 2_000;

    private static readonly JsonSerializerOptions Json = new(TaskJson.Options)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
    };

    /// <summary>Creates a row for a request.</summary>
    /// <exception cref="InvalidTaskException">The name, the key or an option is not valid.</exception>
    /// <exception cref="TaskArgumentException">The arguments are not JSON.</exception>
    /// <exception cref="PayloadTooLargeException">The arguments are larger than any silo may accept.</exception>
    public static OutboxRow Create(string task, TaskArguments? arguments, DispatchOptions? options, string? key, DateTimeOffset now)
    {
        TaskNames.Check(task);
        if (Faults(options, key) is { Count: > 0 } faults)
        {
            throw new InvalidTaskException(task, faults);
        }

        if (arguments?.Fault() is { } fault)
        {
            throw new TaskArgumentException(task, null, fault);
        }

        const int Most = 64 << 20;
        if (arguments?.Size > Most)
        {
            throw new PayloadTooLargeException(task, "The argument list", arguments.Size, Most);
        }

        // The delay counts from now, and not from whenever the row is handed over.
        var sent = options?.Delay is { } delay ? options with { At = now + delay, Delay = null } : options;
        return new OutboxRow(
            RunId.NewValue(now).ToString("N"), task, key, arguments is null ? null : JsonSerializer.Serialize(arguments, Json),
            sent is null ? null : JsonSerializer.Serialize(sent, Json), Trace(), now.ToUnixTimeMilliseconds());
    }

    /// <summary>Returns the arguments of a row.</summary>
    /// <exception cref="JsonException">They cannot be read.</exception>
    public static TaskArguments? ArgumentsOf(OutboxRow row) =>
        row.Arguments is null ? null : JsonSerializer.Deserialize<TaskArguments>(row.Arguments, Json);

    /// <summary>Returns the options with which a row is handed over. Its id is the idempotency key.</summary>
    /// <exception cref="JsonException">They cannot be read.</exception>
    public static DispatchOptions OptionsOf(OutboxRow row) =>
        (row.Options is null ? new DispatchOptions() : JsonSerializer.Deserialize<DispatchOptions>(row.Options, Json)!) with
        {
            IdempotencyKey = $"outbox:{row.Id}",
        };

    /// <summary>Returns the trace of the request, or null if there is none.</summary>
    public static TraceContext? TraceOf(OutboxRow row)
    {
        try
        {
            return row.Trace is null ? null : JsonSerializer.Deserialize<TraceContext>(row.Trace, Json);
        }
        catch (JsonException)
        {
            // A later version wrote it. The run matters more than its trace.
            return null;
        }
    }

    /// <summary>Returns the text of an error that fits into a row.</summary>
    public static string ReasonOf(string type, string message)
    {
        // Escaped characters are longer than those that they replace, and no half of a pair may remain.
        var shown = ShownText.Of($"{type}: {message}", MaxReasonLength);
        return shown.Length <= MaxReasonLength ? shown
            : char.IsHighSurrogate(shown[MaxReasonLength - 1]) ? shown[..(MaxReasonLength - 1)] : shown[..MaxReasonLength];
    }

    private static List<string> Faults(DispatchOptions? options, string? key)
    {
        List<string> faults = [.. options?.Faults() ?? []];
        if (key is not null && (key.Length is 0 or > MaxKeyLength || !ShownText.IsHarmless(key)))
        {
            faults.Add($"The key is '{ShownText.Quote(key)}'; 1 to {MaxKeyLength} characters without control characters are allowed.");
        }

        if (options?.IdempotencyKey is { } own)
        {
            faults.Add($"IdempotencyKey is '{ShownText.Quote(own)}', but the key of a dispatch in an outbox is the id of its row. Remove "
                + "it; use a unique index of your own table to dispatch once.");
        }

        if (options?.UniqueFor is { } span)
        {
            faults.Add($"UniqueFor is {span}, but a dispatch in an outbox has an id of its own before the cluster knows it. Remove it, or "
                + "dispatch with ITaskClient.");
        }

        return faults;
    }

    private static string? Trace() =>
        TraceContext.Of(Activity.Current) is { } trace ? JsonSerializer.Serialize(trace, Json) : null;
}
