using System.Text.Json;
using Cronos;
using OrleansTasks.Cli.Documents;

namespace OrleansTasks.Cli.Importing;

/// <summary>Reads the recurring jobs of Hangfire.PostgreSql.</summary>
internal static class HangfireJobs
{
    private const string KeyPrefix = "recurring-job:";

    // The parameter types that Hangfire provides itself. Here, handlers get these values from the run.
    private static readonly string[] Injected = ["Hangfire.Server.PerformContext", "Hangfire.IJobCancellationToken",
        "System.Threading.CancellationToken"];
    private static readonly CatchUpPolicy Once = new() { Limit = 1, Window = TimeSpan.FromDays(400) };
    private static readonly CatchUpPolicy Every = new() { Limit = 1000, Window = TimeSpan.FromDays(400) };

    public static async Task<ImportedJobs> ReadAsync(JobDatabase database, string schema, Names names, CancellationToken ct)
    {
        var tables = JobDatabase.Quoted(schema);
        var ids = await database.ReadAsync($"SELECT value FROM {tables}.\"set\" WHERE key = 'recurring-jobs' ORDER BY value", ct)
            .ConfigureAwait(false);
        var fields =
            (await database.ReadAsync($"SELECT key, field, value FROM {tables}.\"hash\" WHERE key LIKE '{KeyPrefix}%'", ct)
                .ConfigureAwait(false))
            .GroupBy(static r => r.Text("key")![KeyPrefix.Length..])
                .ToDictionary(static g => g.Key, static g => g.ToDictionary(static r => r.Text("field")!, static r => r.Text("value")));
        var waiting =
            (await database.ReadAsync(
                $"SELECT count(*) AS n FROM {tables}.job WHERE statename IN ('Scheduled', 'Enqueued', 'Awaiting', 'Processing')", ct)
                    .ConfigureAwait(false))[0].Number("n");
        List<string> remarks =
        [
            "Hangfire repeats a failed job ten times, unless AutomaticRetry sets another number. This is in code and is not imported. "
                + "Set options.retry.",
            "[DisableConcurrentExecution] is also in code and is not imported. Runs of these tasks can overlap. To prevent this, set "
                + "options.overlap.",
        ];
        if (waiting > 0)
        {
            remarks.Add($"{waiting} jobs that are scheduled, enqueued or in progress are not carried over. Let Hangfire finish them.");
        }

        return new ImportedJobs([.. ids.Select(r => Read(r.Text("value")!, fields.GetValueOrDefault(r.Text("value")!) ?? [], names))],
            remarks);
    }

    private static ImportedJob Read(string id, Dictionary<string, string?> fields, Names names)
    {
        var notes = new List<string>();
        var cron = fields.GetValueOrDefault("Cron") ?? "";
        var zoneId = fields.GetValueOrDefault("TimeZoneId") is { Length: > 0 } z ? z : "UTC";
        var job = new ImportedJob { Source = id, Theirs = $"{cron} in {zoneId}" };
        if (ZoneIds.Iana(zoneId, notes) is not { } zone)
        {
            return job with { Fault = $"the time zone '{zoneId}' is not known here; use an IANA id" };
        }

        Invocation call;
        try
        {
            call = Invocation.Read(fields.GetValueOrDefault("Job") ?? fields.GetValueOrDefault("job"), notes);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return job with { Fault = $"its job cannot be read: {e.Message} Define its handler and arguments by hand" };
        }

        try
        {
            // Hangfire parses an expression the same way: if it has six fields, the first one is for seconds.
            var theirs = CronExpression.Parse(cron,
                cron.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length == 6
                    ? CronFormat.IncludeSeconds
                    : CronFormat.Standard);
            job = job with { TheirInstants = after => Instants(theirs, zone, after) };
            if (!job.TheirInstants(DateTimeOffset.UnixEpoch).Any())
            {
                return job with
                {
                    Fault =
                        $"'{cron}' never occurs, so the job is only for manual triggers. Define its handler, which can run without a "
                            + "schedule"
                };
            }

            var task = new DeclaredTask
            {
                Name = names.Task(id, notes),
                Handler = names.Handler(call.Type, call.Method),

                // As Hangfire uses it, Cronos moves an occurrence in a skipped hour to its end, even if the expression has a star, a range
                // or a step.
                Schedule = ZoneIds.IsUtc(zone)
                    ? TaskSchedule.Cron(cron)
                    : TaskSchedule.Cron(cron, zone).WhenClocksChange(GapRule.FirstValid),
                Arguments = call.Arguments,
                Options = new TaskOptions
                {
                    Guarantee = RunGuarantee.AtLeastOnce,
                    Overlap = OverlapPolicy.Allow,
                    CatchUp = fields.GetValueOrDefault("Misfire") switch { "1" => Every, "2" => CatchUpPolicy.None, _ => Once },
                },
            };
            if ((fields.GetValueOrDefault("Queue") ?? call.Queue) is { } queue && (call.Queue ?? queue) is not "default")
            {
                notes.Add($"its queue '{call.Queue ?? queue}' has no counterpart: see groups, priorities and RunsTasks");
            }

            if (fields.GetValueOrDefault("Error") is { Length: > 0 } error)
            {
                notes.Add($"Hangfire has disabled it: {error}");
            }

            return job with { Task = task, Notes = notes };
        }
        catch (Exception e) when (e is CronFormatException or TaskException)
        {
            return job with { Fault = $"its cron expression is not valid here: {e.Message} Change it in the file" };
        }
    }

    private static IEnumerable<DateTimeOffset> Instants(CronExpression cron, string zone, DateTimeOffset after)
    {
        var info = TimeZoneInfo.FindSystemTimeZoneById(zone);
        for (var next = cron.GetNextOccurrence(after, info); next is { } at; next = cron.GetNextOccurrence(at, info))
        {
            yield return at.ToUniversalTime();
        }
    }

    /// <summary>Represents the method call of a job.</summary>
    private sealed record Invocation(string Type, string Method, TaskArguments Arguments, string? Queue)
    {
        public static Invocation Read(string? json, List<string> notes)
        {
            var job = JsonSerializer.Deserialize<JsonElement>(json ?? throw new JsonException("there is none."));
            var types = List(Member(job, "ParameterTypes", "p"));
            var arguments = List(Member(job, "Arguments", "a"));
            var kept = new List<JsonElement>();
            for (var i = 0; i < arguments.Count; i++)
            {
                if (i < types.Count && Injected.Contains(types[i]?.Split(',')[0]))
                {
                    continue;
                }

                // Each argument is a string that contains JSON.
                kept.Add(
                    arguments[i] is { } text
                        ? JsonSerializer.Deserialize<JsonElement>(text)
                        : JsonSerializer.SerializeToElement<object?>(null));
                if (arguments[i]?.Contains("\"$type\"", StringComparison.Ordinal) == true)
                {
                    notes.Add($"argument {i + 1} names its type ($type), which handlers here do not read; remove it from the file");
                }
            }

            return new Invocation(
                Member(job, "Type", "t")!.Value.GetString()!, Member(job, "Method", "m")!.Value.GetString()!,
                kept.Count == 0 ? TaskArguments.None : TaskArguments.FromJson(JsonSerializer.SerializeToElement(kept)),
                Member(job, "Queue", "q") is { ValueKind: JsonValueKind.String } queue ? queue.GetString() : null);
        }

        private static JsonElement? Member(JsonElement job, string name, string shortName) =>
            job.TryGetProperty(name, out var value) || job.TryGetProperty(shortName, out value) ? value : null;

        // The value is a list, or a string that contains a list, as versions before 1.7 wrote it.
        private static List<string?> List(JsonElement? json) => json switch
        {
            { ValueKind: JsonValueKind.String } text => JsonSerializer.Deserialize<List<string?>>(text.GetString()!) ?? [],
            { ValueKind: JsonValueKind.Array } list =>
                [.. list.EnumerateArray().Select(static e => e.ValueKind == JsonValueKind.Null ? null : e.GetString())],
            _ => [],
        };
    }
}
