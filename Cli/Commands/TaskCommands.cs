using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansTasks.Cli.Api;
using OrleansTasks.Cli.Hosting;
using OrleansTasks.Cli.Output;
using static OrleansTasks.Cli.Commands.CommandLine;

namespace OrleansTasks.Cli.Commands;

/// <summary>Defines commands that show tasks and control their schedules.</summary>
internal static class TaskCommands
{
    private static readonly Option<string> Prefix = new("--prefix")
    {
        Description = "Lists only tasks whose names begin with this text.",
        HelpName = "text"
    };
    private static readonly Option<string> Search = new("--search")
    {
        Description = "Lists only tasks whose names contain this text. Ignores case.",
        HelpName = "text"
    };
    private static readonly Option<string> State = CommonOptions.OneOf("--state", "Lists only tasks in this state.", false, "active",
        "paused", "cancelled", "completed");
    private static readonly Option<string> Handler = new("--handler")
    {
        Description = "Lists only tasks with this handler.",
        HelpName = "name"
    };
    private static readonly Option<string> Tag = new("--tag") { Description = "Lists only tasks with this tag.", HelpName = "tag" };
    private static readonly Option<string> Sort = CommonOptions.OneOf("--sort", "Sort order. Default: name.", false, "name", "nextDue");
    private static readonly Option<int?> ListLimit = new("--limit")
    {
        Description = "Maximum number of tasks. Default: all.",
        HelpName = "n"
    };
    private static readonly Argument<string> Shown = new("task|run") { Description = "Name of a task, or id of a run." };
    private static readonly Argument<string> Name = CommonOptions.Task();
    private static readonly Option<string> Note = new("--note") { Description = "Reason for the pause.", HelpName = "text" };
    private static readonly Option<string> Until = new("--until")
    {
        Description = "Instant at which the task resumes by itself.",
        HelpName = "instant"
    };
    private static readonly Option<string> By = new("--by")
    {
        Description = "Who pauses the task. Ignored if the server authenticates the user.",
        HelpName = "name"
    };
    private static readonly Option<bool> CatchUp = new("--catch-up")
    {
        Description = "Makes up occurrences of the pause when the task resumes. Default: they are skipped."
    };

    public static IEnumerable<Command> All(CliHost host) =>
    [
        Make(host, "list", "Lists tasks.", ListAsync, Prefix, Search, State, Handler, Tag, Sort, ListLimit),
        Make(host, "show", "Shows a task or a run.", ShowAsync, Shown),
        Make(host, "pause", "Pauses the schedule of a task until it is resumed.", PauseAsync, Name, Note, Until, By, CatchUp),
        Make(host, "resume", "Resumes a paused schedule.", ResumeAsync, Name),
    ];

    private static async Task<int> ListAsync(Invocation cli, CancellationToken ct)
    {
        var most = cli.Get(ListLimit) ?? int.MaxValue;
        if (most < 1)
        {
            throw CliException.Usage($"--limit: the value must be at least 1, and is {most}.");
        }

        var query = Query.Of(
            ("prefix", cli.Get(Prefix)), ("search", cli.Get(Search)), ("state", cli.Get(State)), ("handler", cli.Get(Handler)),
            ("tag", cli.Get(Tag)), ("sort", cli.Get(Sort)),
            ("limit", Math.Min(most, 1000).ToString(System.Globalization.CultureInfo.InvariantCulture)));
        var tasks = new List<JsonElement>();
        await foreach (var task in cli.Api.PagesAsync("tasks" + query, "after", ct).ConfigureAwait(false))
        {
            tasks.Add(task);
            if (tasks.Count == most)
            {
                break;
            }
        }

        if (cli.Print.IsJson)
        {
            cli.Print.Json(tasks);
            return ExitCodes.Done;
        }

        cli.Print.Table(["name", "state", "schedule", "next due", "last run", "handler"], tasks.Select(RowOf), "There are no such tasks.");
        return ExitCodes.Done;
    }

    private static Cell[] RowOf(JsonElement task)
    {
        var last = task.Member("lastResult")?.Text("status");
        var handler = task.Text("handler");
        return
        [
            task.Text("name"), new(task.Text("state"), Printer.ToneOf(task.Text("state"))), task.Text("scheduleDescription"),
            task.Shown("nextDue"), new(last, Printer.ToneOf(last)),
            task.Is("handlerAvailable") ? handler : new Cell($"{handler} (no silo has it)", Tone.Bad),
        ];
    }

    private static async Task<int> ShowAsync(Invocation cli, CancellationToken ct)
    {
        var name = cli.Get(Shown)!;
        if (RunId.TryParse(name, null, out _))
        {
            return cli.Show(await cli.Api.GetAsync($"runs/{ApiClient.Part(name)}", ct).ConfigureAwait(false),
                run => RunText.Show(cli.Print, run));
        }

        return cli.Show(await cli.Api.GetAsync($"tasks/{ApiClient.Part(name)}", ct).ConfigureAwait(false),
            task => ShowTask(cli.Print, task));
    }

    private static async Task<int> PauseAsync(Invocation cli, CancellationToken ct)
    {
        var body = new JsonObject();
        Query.Add(body, "note", cli.Get(Note));
        Query.Add(body, "until", TextInput.Instant(cli.Get(Until), "--until"));
        Query.Add(body, "by", cli.Get(By));
        Query.Add(body, "occurrences", cli.Get(CatchUp) ? "catchUp" : null);
        return await ChangeAsync(cli, "pause", body, ct).ConfigureAwait(false);
    }

    private static Task<int> ResumeAsync(Invocation cli, CancellationToken ct) => ChangeAsync(cli, "resume", new JsonObject(), ct);

    private static async Task<int> ChangeAsync(Invocation cli, string verb, JsonObject body, CancellationToken ct)
    {
        var task = await cli.Api.PostAsync($"tasks/{ApiClient.Part(cli.Get(Name)!)}/{verb}", body, ct).ConfigureAwait(false);
        return cli.Show(task,
            t => cli.Print.Line($"{t.Text("name")} is {t.Text("state")}{(t.Shown("nextDue") is { } due ? $"; next due {due}" : "")}."));
    }

    private static string? OptionsOf(JsonElement options)
    {
        try
        {
            var text = Documents.DocumentWriter.OptionsOf(options.Deserialize<TaskOptions>(TaskJson.Options)!)
                .ToJsonString(TaskJson.Options);
            return text == "{}" ? null : text;
        }
        catch (Exception e) when (e is JsonException or TaskException)
        {
            // A server of a later version may send options that this tool does not know.
            return options.GetRawText();
        }
    }

    private static void ShowTask(Printer print, JsonElement task) => print.Pairs(
    [
        ("name", task.Text("name")),
        ("state", new(task.Text("state"), Printer.ToneOf(task.Text("state")))),
        ("paused",
            string.Join(", ",
                new[]
                {
                    task.Text("pauseNote"), task.Text("pausedBy") is { } by ? $"by {by}" : null,
                    task.Shown("pausedUntil") is { } until ? $"until {until}" : null
                }.OfType<string>())),
        ("handler", task.Is("handlerAvailable") ? task.Text("handler") : new Cell($"{task.Text("handler")} (no silo has it)", Tone.Bad)),
        ("schedule", task.Text("scheduleDescription")),
        ("fault", new(task.Text("scheduleFault"), Tone.Bad)),
        ("next due", task.Shown("nextDue")),
        ("arguments", task.Text("arguments")),
        ("headers", task.Text("headers")),
        ("options", task.Member("options") is { } options ? OptionsOf(options) : null),
        ("defined in", task.Is("definedInConfiguration") ? "configuration" : task.Is("definedInCode") ? "code" : "the registry"),
        ("running", task.Text("running")),
        ("waiting", task.Text("waiting")),
        ("created", task.Shown("createdAt")),
        ("updated", task.Shown("updatedAt")),
        ("revision", task.Text("revision")),
        ("last run", RunText.OneLine(task.Member("lastResult"))),
    ]);
}
