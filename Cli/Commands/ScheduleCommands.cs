using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansTasks.Cli.Api;
using OrleansTasks.Cli.Hosting;
using OrleansTasks.Cli.Output;
using static OrleansTasks.Cli.Commands.CommandLine;

namespace OrleansTasks.Cli.Commands;

/// <summary>Defines commands that show future occurrences.</summary>
internal static class ScheduleCommands
{
    private static readonly Argument<string> Name = CommonOptions.Task();
    private static readonly Option<int?> Count = new("--count")
    {
        Description = "Number of occurrences, 1 to 1000. Default: 10.",
        HelpName = "n"
    };
    private static readonly Option<string> Cron = new("--cron") { Description = "Cron expression.", HelpName = "expression" };
    private static readonly Option<string> Every = new("--every") { Description = "Interval, such as 00:05:00.", HelpName = "span" };
    private static readonly Option<string> Rule = new("--rrule")
    {
        Description = "Recurrence rule according to RFC 5545.",
        HelpName = "rule"
    };
    private static readonly Option<string> Schedule = new("--schedule")
    {
        Description = "Schedule as JSON, as in the HTTP API. @file reads a file, and - reads standard input.",
        HelpName = "json"
    };
    private static readonly Option<string> Zone = new("--time-zone")
    {
        Description = "IANA id of the time zone for --cron and --rrule. Default: UTC.",
        HelpName = "id"
    };
    private static readonly Option<string> Compared = new("--task")
    {
        Description = "Shows which occurrences of this task the schedule would add and remove. Changes nothing.",
        HelpName = "name"
    };

    public static IEnumerable<Command> All(CliHost host) =>
    [
        Make(host, "occurrences", "Lists the next occurrences of a task, or those in a period.", OccurrencesAsync, Name, Count,
            CommonOptions.From, CommonOptions.To),
        Make(host, "preview", "Lists the next instants of any schedule. Needs no server, except to compare a task.", PreviewAsync, Cron,
            Every, Rule, Schedule, Zone, Count, CommonOptions.From, CommonOptions.To, Compared),
    ];

    private static int CountOf(Invocation cli) => (cli.Get(Count) ?? 10) is >= 1 and <= 1000 and var n ? n : throw CliException.Usage(
        $"--count: the value must be from 1 to 1000, and is {cli.Get(Count)}.");

    private static async Task<int> OccurrencesAsync(Invocation cli, CancellationToken ct)
    {
        var query = Query.Of(
            ("count", CountOf(cli).ToString(CultureInfo.InvariantCulture)),
            ("from", TextInput.Instant(cli.Get(CommonOptions.From), "--from")),
            ("to", TextInput.Instant(cli.Get(CommonOptions.To), "--to")));
        var list = await cli.Api.GetAsync($"tasks/{ApiClient.Part(cli.Get(Name)!)}/occurrences{query}", ct).ConfigureAwait(false);
        return cli.Show(list.GetProperty("items"), items => Show(cli.Print, items));
    }

    private static async Task<int> PreviewAsync(Invocation cli, CancellationToken ct)
    {
        var json = ScheduleOf(cli);
        if (cli.Get(Compared) is { } task)
        {
            var body = new JsonObject { ["schedule"] = json };
            Query.Add(body, "from", TextInput.Instant(cli.Get(CommonOptions.From), "--from"));
            Query.Add(body, "to", TextInput.Instant(cli.Get(CommonOptions.To), "--to"));
            return cli.Show(await cli.Api.PostAsync($"tasks/{ApiClient.Part(task)}/preview", body, ct).ConfigureAwait(false), preview =>
            {
                cli.Print.Line(preview.Text("description"));
                cli.Print.Line($"{preview.Shown("from")} to {preview.Shown("to")}: {preview.Text("kept")} occurrences stay the same.");
                foreach (var (member, sign, tone) in new[] { ("added", "+", Tone.Good), ("removed", "-", Tone.Bad) })
                {
                    foreach (var item in preview.Member(member) is { ValueKind: JsonValueKind.Array } all ? all.EnumerateArray() : default)
                    {
                        cli.Print.Line($"{sign} {item.Shown("utc") ?? Texts.Of(item)}  {item.Text("local")}", tone);
                    }
                }
            });
        }

        var now = cli.Host.Time.GetUtcNow();
        var from = TextInput.InstantValue(cli.Get(CommonOptions.From), "--from") ?? now;
        try
        {
            var schedule = json.Deserialize<TaskSchedule>(TaskJson.Options)!.Resolve(now, "preview");
            var items = schedule.Occurrences(from, TextInput.InstantValue(cli.Get(CommonOptions.To), "--to")).Take(CountOf(cli)).ToList();
            return cli.Show(JsonSerializer.SerializeToElement(items, TaskJson.Options), all =>
            {
                cli.Print.Line(schedule.Describe(), Tone.Faint);
                Show(cli.Print, all);
            });
        }
        catch (Exception e) when (e is TaskException or JsonException)
        {
            throw CliException.Usage(e.Message);
        }
    }

    private static JsonNode ScheduleOf(Invocation cli)
    {
        var given = new (string Name, string? Value)[]
        {
            ("cron", cli.Get(Cron)), ("every", cli.Get(Every)), ("rrule", cli.Get(Rule)), ("schedule", cli.Get(Schedule))
        }.Where(static g => g.Value is not null).ToList();
        if (given.Count != 1)
        {
            throw CliException.Usage($"{given.Count} of --cron, --every, --rrule and --schedule are given. Give exactly one.");
        }

        if (given[0].Name == "schedule")
        {
            return TextInput.Json(TextInput.Content(given[0].Value!, cli.Host, "--schedule"), "--schedule")
                ?? throw CliException.Usage("--schedule: the value is null. Use an object such as {\"cron\":\"0 9 * * *\"}.");
        }

        var schedule = new JsonObject { [given[0].Name] = given[0].Value };
        Query.Add(schedule, "timeZone", cli.Get(Zone));
        return schedule;
    }

    private static void Show(Printer print, JsonElement items) => print.Table(
        ["utc", "local", "effects"],
        items.EnumerateArray()
            .Select(
                static o =>
                    new Cell[]
                    {
                        o.Shown("utc"), o.Text("local"),
                        new(o.Text("effects") is null or "[]" or "none" ? "" : o.Text("effects"), Tone.Warning)
                    }),
        "It has no further occurrence.");
}
