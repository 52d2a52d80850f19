using System.Text.Json;

namespace OrleansTasks.Cli.Output;

/// <summary>Formats runs for people.</summary>
internal static class RunText
{
    /// <summary>Returns the result of a run on one line, or null if there is none.</summary>
    public static string? OneLine(JsonElement? result) => result is not { } r ? null
        : string.Join("  ",
            new[] { r.Shown("finishedAt"), r.Text("runId"), r.Text("status"), Outcome(r) }.Where(static p => !string.IsNullOrEmpty(p)));

    /// <summary>Returns the value or the error of a result.</summary>
    public static string? Outcome(JsonElement result) =>
        result.Text("error") is { } error ? (result.Text("errorType") is { } type ? $"{type}: {error}" : error)
            : result.Member("value") is { } value ? value.GetRawText() : null;

    public static void Show(Printer print, JsonElement run)
    {
        var result = run.Member("result") ?? default;
        var status = run.Text("status");
        print.Pairs(
        [
            ("run", run.Text("runId")),
            ("task", run.Text("task")),
            ("status", new(status, Printer.ToneOf(status))),
            ("waiting for", run.Text("waitingFor")),
            ("value", result.Member("value")?.GetRawText()),
            ("error", new(result.Text("error") is null ? null : Outcome(result), Tone.Bad)),
            ("last error", new(run.Text("lastError"), Tone.Bad)),
            ("trigger", run.Text("trigger")),
            ("scheduled", run.Shown("scheduledAt")),
            ("started", run.Shown("startedAt")),
            ("finished", run.Shown("finishedAt")),
            ("next attempt", run.Shown("nextAttemptAt")),
            ("attempt", run.Text("attempt")),
            ("checkpoint", run.Shown("checkpointAt")),
            ("silo", run.Text("silo")),
            ("progress",
                run.Member("progress") is { } p
                    ? string.Join(" ",
                        new[] { p.Member("fraction") is { ValueKind: JsonValueKind.Number } f
                            ? FormattableString.Invariant($"{f.GetDouble():P0}")
                            : null, p.Text("message") }.OfType<string>())
                    : null),
            ("arguments", run.Text("arguments")),
            ("headers",
                run.Member("headers") is { ValueKind: JsonValueKind.Object } h && h.EnumerateObject().Any() ? h.GetRawText() : null),
            ("requested by", run.Text("requestedBy")),
            ("parent", run.Text("parent")),
            ("retry of", run.Text("retryOf")),
            ("retried by", run.Text("retriedBy")),
            ("stack", result.Text("stack")),
        ]);
        WriteLog(print, result);
    }

    /// <summary>Writes the log lines of a run.</summary>
    /// <returns>The number of lines.</returns>
    public static int WriteLog(Printer print, JsonElement result)
    {
        if (result.Member("log") is not { ValueKind: JsonValueKind.Array } log)
        {
            return 0;
        }

        foreach (var line in log.EnumerateArray())
        {
            var level = line.Text("level");
            print.Line($"{line.Shown("at")} {level} {line.Text("category")}: {line.Text("message")}",
                level is "error" or "critical" ? Tone.Bad : level == "warning" ? Tone.Warning : Tone.Plain);
        }

        return log.GetArrayLength();
    }
}
