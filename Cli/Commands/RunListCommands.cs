using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansTasks.Cli.Api;
using OrleansTasks.Cli.Hosting;
using OrleansTasks.Cli.Output;
using static OrleansTasks.Cli.Commands.CommandLine;

namespace OrleansTasks.Cli.Commands;

/// <summary>Defines commands that show runs, log lines and events.</summary>
internal static class RunListCommands
{
    private static readonly Argument<string?> OptionalTask = new("task")
    {
        Description = "Name of a task. Default: all tasks.",
        Arity = ArgumentArity.ZeroOrOne
    };
    private static readonly Option<string> Status = new("--status")
    {
        Description = "Lists only runs with this status.",
        HelpName = "status"
    };
    private static readonly Option<string> DeadLetter = new("--dead-letter")
    {
        Description = "Lists only dead letters in this state: open, acknowledged, retried, discarded.",
        HelpName = "state"
    };
    private static readonly Option<string> Handler = new("--handler")
    {
        Description = "Lists only runs of tasks with this handler.",
        HelpName = "name"
    };
    private static readonly Option<string> Tag = new("--tag") { Description = "Lists only runs of tasks with this tag.", HelpName = "tag" };
    private static readonly Option<string> Text = new("--text")
    {
        Description = "Lists only runs that contain this text.",
        HelpName = "text"
    };
    private static readonly Argument<string> TaskOrRun = new("task|run")
    {
        Description = "Id of a run, or name of a task for its newest runs."
    };
    private static readonly Option<bool> Follow = new("--follow", "-f") { Description = "Waits until the run has ended." };
    private static readonly Option<bool> Events = new("--events") { Description = "Shows events of tasks and runs instead of results." };
    private static readonly Option<bool> Broadcasts = new("--broadcasts") { Description = "Shows broadcasts instead of results." };
    private static readonly Option<string> Since = new("--last-event-id")
    {
        Description =
            "Starts after this event. For the results of one task, ids are sequence numbers, and 0 returns all results that are kept.",
        HelpName = "id"
    };
    private static readonly Option<int?> Count = new("--count")
    {
        Description = "Ends after this many items. Default: ends when you press Ctrl+C.",
        HelpName = "n"
    };

    public static IEnumerable<Command> All(CliHost host) =>
    [
        Make(host, "runs", "Lists runs, newest first.", RunsAsync, OptionalTask, CommonOptions.Limit, Status, DeadLetter, Handler, Tag,
            Text, CommonOptions.From, CommonOptions.To),
        Make(host, "logs", "Shows the log lines of runs.", LogsAsync, TaskOrRun, CommonOptions.Limit, Follow),
        Make(host, "tail", "Shows results, events or broadcasts as they arrive.", TailAsync, OptionalTask, Events, Broadcasts, Since,
            Count),
    ];

    private static string Limit(Invocation cli) => (cli.Get(CommonOptions.Limit) ?? 20) is >= 1 and <= 1000 and var n
        ? n.ToString(CultureInfo.InvariantCulture)
        : throw CliException.Usage($"--limit: the value must be from 1 to 1000, and is {cli.Get(CommonOptions.Limit)}.");

    private static async Task<int> RunsAsync(Invocation cli, CancellationToken ct)
    {
        var filters = new (string Name, string? Value)[]
        {
            ("status", cli.Get(Status)), ("deadLetter", cli.Get(DeadLetter)),
            ("handler", cli.Get(Handler)), ("tag", cli.Get(Tag)), ("text", cli.Get(Text)),
            ("from", TextInput.Instant(cli.Get(CommonOptions.From), "--from")),
            ("to", TextInput.Instant(cli.Get(CommonOptions.To), "--to")),
        };
        var task = cli.Get(OptionalTask);
        var path = task is not null && filters.All(static f => f.Value is null)
            ? $"tasks/{ApiClient.Part(task)}/runs{Query.Of(("limit", Limit(cli)))}"
            : $"runs{Query.Of([("task", task), .. filters, ("limit", Limit(cli))])}";
        return cli.Show((await cli.Api.GetAsync(path, ct).ConfigureAwait(false)).GetProperty("items"), runs => cli.Print.Table(
            ["run", "status", "trigger", "scheduled", "took", "outcome"], runs.EnumerateArray().Select(RowOf), "There are no such runs."));
    }

    private static Cell[] RowOf(JsonElement run)
    {
        var status = run.Text("status");
        var took = run.Instant("startedAt") is { } started && run.Instant("finishedAt") is { } finished ? Texts.Of(finished - started) : "";
        return [run.Text("runId"), new(status, Printer.ToneOf(status)), run.Text("trigger"), run.Shown("scheduledAt"), took,
            Cut(RunText.Outcome(run.Member("result") ?? default))];
    }

    private static string? Cut(string? text) => text?.Length > 80 ? text[..79] + "…" : text;

    private static async Task<int> LogsAsync(Invocation cli, CancellationToken ct)
    {
        var name = cli.Get(TaskOrRun)!;
        List<JsonElement> runs;
        if (!RunId.TryParse(name, null, out _))
        {
            // Log lines are shown oldest first.
            runs = [
                .. (await cli.Api.GetAsync($"tasks/{ApiClient.Part(name)}/runs{Query.Of(("limit", Limit(cli)))}", ct)
                    .ConfigureAwait(false)).GetProperty("items").EnumerateArray().Reverse()];
        }
        else if (cli.Get(Follow))
        {
            runs = [await new RunWait(cli.Api, cli.Host.Time, cli.Print.Note).EndAsync(name, ct).ConfigureAwait(false)];
        }
        else
        {
            runs = [await cli.Api.GetAsync($"runs/{ApiClient.Part(name)}", ct).ConfigureAwait(false)];
        }

        if (cli.Print.IsJson)
        {
            cli.Print.Json(
                runs.Select(
                    static r => new { runId = r.Text("runId"), status = r.Text("status"), log = r.Member("result")?.Member("log") }));
            return ExitCodes.Done;
        }

        foreach (var run in runs)
        {
            if (runs.Count > 1)
            {
                cli.Print.Line($"--- {run.Text("runId")} {run.Text("status")}", Tone.Faint);
            }

            if (RunText.WriteLog(cli.Print, run.Member("result") ?? default) == 0 && runs.Count == 1)
            {
                cli.Print.Note(
                    run.Member("result") is null
                        ? "The run has not ended, and its log lines come with its result. To wait for them: --follow"
                        : "No log lines of the run are kept.");
            }
        }

        return ExitCodes.Done;
    }

    private static async Task<int> TailAsync(Invocation cli, CancellationToken ct)
    {
        var (task, events, broadcasts) = (cli.Get(OptionalTask), cli.Get(Events), cli.Get(Broadcasts));
        if (broadcasts && (events || task is not null))
        {
            throw CliException.Usage("Both --broadcasts and a task or --events are given. Use one of them.");
        }

        var kind = events ? "events" : broadcasts ? "broadcasts" : "results";
        var left = cli.Get(Count) ?? int.MaxValue;
        if (left < 1)
        {
            throw CliException.Usage($"--count: the value must be at least 1, and is {left}.");
        }

        var feed = new EventFeed(cli.Api, cli.Host.Time, cli.Print.Note);
        try
        {
            await foreach (var item in feed.ReadAsync(task is null ? kind : $"tasks/{ApiClient.Part(task)}/{kind}", cli.Get(Since), ct)
                .ConfigureAwait(false))
            {
                Write(cli.Print, item);
                if (item.Type != "gap" && --left == 0)
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The user ends the command with Ctrl+C.
        }

        return ExitCodes.Done;
    }

    private static void Write(Printer print, FeedEvent item)
    {
        var json = JsonSerializer.Deserialize<JsonElement>(item.Json);
        if (print.IsJson)
        {
            print.JsonLine(
                JsonSerializer.SerializeToElement(
                    new JsonObject { ["type"] = item.Type, ["id"] = item.Id, ["data"] = JsonNode.Parse(item.Json) }));
            return;
        }

        switch (item.Type)
        {
            case "gap":
                print.Note(
                    $"{json.Text("missed") ?? "An unknown number of"} events{(json.Text("task") is { } of ? $" of {of}" : "")} were "
                        + "missed.");
                break;
            case "broadcast":
                print.Line($"{json.Shown("sentAt")}  {json.Member("message")?.GetRawText()}");
                break;
            case "event":
                print.Line(
                    string.Join("  ",
                        new[]
                        {
                            json.Shown("at"), json.Text("task"), json.Text("kind"), json.Text("runId"), json.Text("status"),
                            json.Text("reason"), json.Member("progress")?.Text("message"), json.Text("by"), json.Text("note")
                        }.OfType<string>()));
                break;
            default:
                print.Line(
                    string.Join("  ",
                        new[]
                        {
                            json.Shown("finishedAt"), json.Text("task"), json.Text("status"), RunText.Outcome(json), json.Text("runId")
                        }.OfType<string>()), Printer.ToneOf(json.Text("status")));
                break;
        }
    }
}
