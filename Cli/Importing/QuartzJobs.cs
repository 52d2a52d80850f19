using System.Text.Json;
using OrleansTasks.Cli.Documents;
using OrleansTasks.Cli.Hosting;

namespace OrleansTasks.Cli.Importing;

/// <summary>Reads the triggers that Quartz.NET stores in PostgreSQL.</summary>
internal static class QuartzJobs
{
    private static readonly CatchUpPolicy Once = new() { Limit = 1, Window = TimeSpan.FromDays(400) };
    private static readonly CatchUpPolicy Every = new() { Limit = 1000, Window = TimeSpan.FromDays(400) };

    // The settings of a trigger that have no equivalent, or only a similar one.
    private static readonly string[] NotCarried = ["retry_policy", "continues_trigger_name", "overlap_policy", "execution_group",
        "preferred_node", "misfire_threshold"];

    public static async Task<ImportedJobs> ReadAsync(JobDatabase database, string schema, string prefix, string? scheduler, Names names,
        CancellationToken ct)
    {
        string Table(string name) => $"{JobDatabase.Quoted(schema)}.{JobDatabase.Quoted(prefix + name)}";
        Task<List<Row>> ReadAsync(string name) => database.ReadAsync($"SELECT * FROM {Table(name)}", ct);
        var triggers = await ReadAsync("triggers").ConfigureAwait(false);
        var schedulers = triggers.Select(static t => t.Text("sched_name")!).Distinct().Order(StringComparer.Ordinal).ToList();
        if (scheduler is null && schedulers.Count > 1)
        {
            throw CliException.Usage(
                $"The tables have the triggers of {schedulers.Count} schedulers. Select one with --scheduler: "
                    + $"{string.Join(", ", schedulers)}.");
        }

        if (scheduler is not null && !schedulers.Contains(scheduler))
        {
            throw new CliException(ExitCodes.Refused, "The tables contain no triggers of the scheduler "
                + $"'{scheduler}'{(schedulers.Count > 0 ? $", only those of {string.Join(", ", schedulers)}" : "")}. Use another "
                + "value of --scheduler.");
        }

        static (string?, string?, string?) Key(Row row) => (row.Text("sched_name"), row.Text("trigger_group"), row.Text("trigger_name"));
        var kinds = new Dictionary<(string?, string?, string?), Row>();
        foreach (var table in new[] { "cron_triggers", "simple_triggers", "simprop_triggers" })
        {
            foreach (var row in await ReadAsync(table).ConfigureAwait(false))
            {
                kinds[Key(row)] = row;
            }
        }

        var jobs = (await ReadAsync("job_details").ConfigureAwait(false)).ToDictionary(
            static j => (j.Text("sched_name"), j.Text("job_group"), j.Text("job_name")));
        var all = new List<ImportedJob>();
        foreach (var trigger in triggers.Where(t => scheduler is null || t.Text("sched_name") == scheduler)
            .OrderBy(static t => t.Text("trigger_group"), StringComparer.Ordinal)
            .ThenBy(static t => t.Text("trigger_name"), StringComparer.Ordinal))
        {
            all.Add(
                Read(trigger, kinds.GetValueOrDefault(Key(trigger)),
                    jobs[(trigger.Text("sched_name"), trigger.Text("job_group"), trigger.Text("job_name"))], names));
        }

        var used = triggers.Select(static t => (t.Text("sched_name"), t.Text("job_group"), t.Text("job_name"))).ToHashSet();
        all.AddRange(jobs.Where(j => !used.Contains(j.Key) && (scheduler is null || j.Key.Item1 == scheduler)).Select(j => new ImportedJob
        {
            Source = NameOf(j.Key.Item2, j.Key.Item3),
            Theirs = "no trigger",
            Fault =
                $"nothing triggers it. Define the handler '{names.Handler(j.Value.Text("job_class_name") ?? "", null)}', which can be "
                    + "run without a schedule",
        }));
        return new ImportedJobs(all, ["Listeners, and code that interrupts or chains jobs, are not in the database and are not imported."]);
    }

    private static ImportedJob Read(Row trigger, Row? kind, Row job, Names names)
    {
        var notes = new List<string>();
        var source = NameOf(trigger.Text("trigger_group"), trigger.Text("trigger_name"));
        var imported = new ImportedJob { Source = source, Theirs = kind?.Text("cron_expression") ?? trigger.Text("trigger_type") ?? "" };
        if (trigger.Text("calendar_name") is { Length: > 0 } calendar)
        {
            return imported with
            {
                Fault =
                    $"it excludes the times of the calendar '{calendar}', which only Quartz can read. Declare a business calendar, and "
                        + "a schedule that uses it"
            };
        }

        QuartzSchedule schedule;
        try
        {
            schedule = QuartzTriggers.Read(trigger, kind, notes);
            if (!schedule.Instants(DateTimeOffset.UnixEpoch).Any())
            {
                return imported with { Fault = "it never fires" };
            }
        }
        catch (Exception e) when (e is FormatException or TaskException or OverflowException)
        {
            return imported with { Fault = e.Message };
        }

        foreach (var setting in NotCarried.Where(s => !string.IsNullOrEmpty(trigger.Text(s))))
        {
            notes.Add($"its {setting.Replace('_', ' ')} ({trigger.Text(setting)}) is not carried over");
        }

        var state = trigger.Text("trigger_state");
        if (state == "ERROR")
        {
            notes.Add("it is in the state ERROR in Quartz, and does not fire there until that is fixed");
        }

        var paused = state is "PAUSED" or "PAUSED_BLOCKED";
        var task = new DeclaredTask
        {
            Name = names.Task(source, notes),
            Handler = names.Handler(job.Text("job_class_name") ?? "", null),
            Schedule = schedule.Schedule,
            Arguments = ArgumentsOf(job, trigger, notes),
            Options = OptionsOf(trigger, kind, job, notes),
            Paused = paused ? true : null,
            Pause = paused ? new() { ["note"] = "It was paused in Quartz." } : null,
        };
        return imported with { Theirs = schedule.Theirs, TheirInstants = schedule.Instants, Task = task, Notes = notes };
    }

    private static TaskOptions OptionsOf(Row trigger, Row? kind, Row job, List<string> notes)
    {
        var priority = trigger.Number("priority") ?? 5;
        if (priority != 5)
        {
            notes.Add($"its priority {priority} becomes {(priority > 5 ? "high" : "low")}, because there are three priorities here");
        }

        return new TaskOptions
        {
            Description = trigger.Text("description") ?? job.Text("description"),
            Guarantee = job.Is("requests_recovery") ? RunGuarantee.AtLeastOnce : RunGuarantee.AtMostOnce,

            // A run of a job that must not run concurrently waits for the previous run.
            Overlap = job.Is("is_nonconcurrent") ? OverlapPolicy.QueueOne : OverlapPolicy.Allow,
            Priority = priority > 5 ? RunPriority.High : priority < 5 ? RunPriority.Low : RunPriority.Normal,
            MisfireThreshold = TimeSpan.FromMinutes(1),
            CatchUp = CatchUpOf(trigger, kind, notes),
        };
    }

    private static CatchUpPolicy CatchUpOf(Row trigger, Row? kind, List<string> notes)
    {
        var instruction = trigger.Number("misfire_instr") ?? 0;
        if (instruction == -1)
        {
            return Every;
        }

        if (trigger.Text("trigger_type") != "SIMPLE")
        {
            return instruction == 2 ? CatchUpPolicy.None : Once;
        }

        // 0 depends on the number of repetitions: an endless trigger continues with the next time.
        if (instruction is 4 or 5 || (instruction == 0 && kind?.Number("repeat_count") < 0))
        {
            return CatchUpPolicy.None;
        }

        if (kind?.Number("repeat_count") != 0)
        {
            notes.Add("after a misfire, Quartz plans again from that instant; here, the planned times do not change");
        }

        return Once;
    }

    /// <summary>Returns the data of the job as named arguments. Data of the trigger replaces data with the same name.</summary>
    private static TaskArguments? ArgumentsOf(Row job, Row trigger, List<string> notes)
    {
        var all = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (row, what) in new[] { (job, "job"), (trigger, "trigger") })
        {
            if (row.Bytes("job_data") is not { Length: > 0 } bytes)
            {
                continue;
            }

            try
            {
                foreach (var member in JsonSerializer.Deserialize<JsonElement>(bytes).EnumerateObject()
                    .Where(static m => m.Name != "$type"))
                {
                    all[member.Name] = member.Value;
                }
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                notes.Add($"the data of its {what} is not JSON and is not carried over; write it as arguments");
            }
        }

        return all.Count == 0 ? null : TaskArguments.FromJson(JsonSerializer.SerializeToElement(all));
    }

    private static string NameOf(string? group, string? name) => group is null or "DEFAULT" ? name ?? "" : $"{group}.{name}";
}
