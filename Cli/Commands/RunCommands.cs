using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansTasks.Cli.Api;
using OrleansTasks.Cli.Hosting;
using OrleansTasks.Cli.Output;
using static OrleansTasks.Cli.Commands.CommandLine;

namespace OrleansTasks.Cli.Commands;

/// <summary>Defines commands that start, wait for, stop and repeat runs.</summary>
internal static class RunCommands
{
    private static readonly Argument<string> Name = CommonOptions.Task();
    private static readonly Argument<string[]> Words = new("arguments")
    {
        Description =
            "Positional arguments. Valid JSON (13, true, null, [1]) is used as JSON, and anything else is text. '\"13\"' is the text 13.",
        Arity = ArgumentArity.ZeroOrMore
    };
    private static readonly Option<string[]> Named = new("--named")
    {
        Description = "Named argument, as name=value. Can be repeated.",
        HelpName = "name=value"
    };
    private static readonly Option<string> Args = new("--args")
    {
        Description = "All arguments as a JSON array or object. @file reads a file, and - reads standard input.",
        HelpName = "json"
    };
    private static readonly Option<string> Timeout = new("--timeout")
    {
        Description = "Timeout of the run, such as 00:00:30 or PT30S.",
        HelpName = "span"
    };
    private static readonly Option<string> Guarantee = CommonOptions.OneOf("--guarantee",
        "Guarantee if a silo is lost. Default: atMostOnce for run, the task's own for dispatch.", false, "atMostOnce", "atLeastOnce");
    private static readonly Option<string> Priority = CommonOptions.OneOf("--priority", "Priority among waiting runs.", false, "low",
        "normal", "high");
    private static readonly Option<string> At = new("--at") { Description = "Instant at which the run is due.", HelpName = "instant" };
    private static readonly Option<string> Delay = new("--delay") { Description = "Time after which the run is due.", HelpName = "span" };
    private static readonly Option<string> Key = new("--idempotency-key")
    {
        Description = "Key that makes it safe to repeat the command: the same key stores one run.",
        HelpName = "text"
    };
    private static readonly Argument<string> Run = new("run") { Description = "Id of the run." };
    private static readonly Argument<string?> RunOrNone = new("run") { Description = "Id of the run.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string> TaskToCancel = new("--task")
    {
        Description = "Cancels this task and its runs.",
        HelpName = "name"
    };
    private static readonly Argument<string[]> Runs = new("run") { Description = "Ids of the runs.", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<string> OfTask = new("--task") { Description = "Selects runs of this task.", HelpName = "name" };
    private static readonly Option<string> Status = new("--status")
    {
        Description = "Selects runs that ended with this status: failed, timedOut, lost, cancelled, expired.",
        HelpName = "status"
    };

    private static readonly Option<string> DeadLetter = new("--dead-letter")
    {
        Description = "Selects dead letters in this state: open, acknowledged, retried, discarded.",
        HelpName = "state"
    };
    private static readonly Option<string> Note = new("--note") { Description = "Note that is stored with the runs.", HelpName = "text" };

    public static IEnumerable<Command> All(CliHost host) =>
    [
        Make(host, "run", "Runs a task and waits for its value. Ctrl+C ends the wait, not the run.", RunAsync, Name, Words, Named, Args,
            Timeout, Guarantee, Priority, CommonOptions.Header),
        Make(host, "dispatch", "Stores a run that is due now or later, and returns its id.", DispatchAsync, Name, Words, Named, Args, At,
            Delay, Timeout, Guarantee, Priority, Key, CommonOptions.Header),
        Make(host, "wait", "Waits until a run has ended.", (cli, ct) => EndAsync(cli, cli.Get(Run)!, ct), Run),
        Make(host, "trigger", "Runs a task now, in the same way as an occurrence.", TriggerAsync, Name, CommonOptions.Header),
        Make(host, "cancel", "Asks a run to stop, or cancels a task.", CancelAsync, RunOrNone, TaskToCancel),
        Make(host, "backfill", "Makes runs for past occurrences.", BackfillAsync, Name, Required(CommonOptions.From),
            Required(CommonOptions.To), CommonOptions.Header),
        Make(host, "retry", "Repeats runs that have ended: the given runs, or those that a query finds.", (cli, ct) =>
            ActAsync(cli, "retry", "Run again", ct), Runs, OfTask, Status, DeadLetter, CommonOptions.From, CommonOptions.To,
            CommonOptions.Yes),
        Make(host, "acknowledge", "Acknowledges failed runs: the given runs, or those that a query finds.", (cli, ct) => ActAsync(cli,
            "acknowledge", "Acknowledge", ct), Runs, OfTask, Status, DeadLetter, CommonOptions.From, CommonOptions.To, Note,
            CommonOptions.Yes),
        Make(host, "discard", "Discards failed runs, which are not run again: the given runs, or those that a query finds.",
            (cli, ct) => ActAsync(cli, "discard", "Discard", ct), Runs, OfTask, Status, DeadLetter, CommonOptions.From, CommonOptions.To,
            Note, CommonOptions.Yes),
    ];

    private static Option<string> Required(Option<string> option) =>
        new(option.Name) { Description = option.Description, HelpName = option.HelpName, Required = true };

    private static async Task<int> RunAsync(Invocation cli, CancellationToken ct)
    {
        var body = BodyOf(cli);
        Query.Add(body, "runTimeout", TextInput.Span(cli.Get(Timeout), "--timeout"));
        body["guarantee"] = cli.Get(Guarantee) ?? "atMostOnce";

        // The run is dispatched and then awaited. It has an id from the beginning, and continues without this program.
        JsonElement run;
        try
        {
            run = await cli.Api.PostAsync($"tasks/{ApiClient.Part(cli.Get(Name)!)}/dispatch", body, ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            cli.Print.Note($"Whether the run was stored is not known. See: orleanstasks runs {cli.Get(Name)}");
            throw;
        }

        return await EndAsync(cli, run.Text("runId")!, ct).ConfigureAwait(false);
    }

    private static async Task<int> EndAsync(Invocation cli, string run, CancellationToken ct)
    {
        var ended = await new RunWait(cli.Api, cli.Host.Time, cli.Print.Note).EndAsync(run, ct).ConfigureAwait(false);
        var result = ended.Member("result") ?? ended;
        var status = result.Text("status");
        if (cli.Print.IsJson)
        {
            cli.Print.Json(result);
        }
        else if (status == "succeeded")
        {
            if (result.Text("value") is { } value)
            {
                cli.Print.Line(value);
            }
        }
        else
        {
            cli.Print.Note(
                $"error: The run {run} is {status}{(RunText.Outcome(result) is { } why ? $": {why}" : "")}. See: orleanstasks show {run}");
        }

        return status == "succeeded" ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static async Task<int> DispatchAsync(Invocation cli, CancellationToken ct)
    {
        var body = BodyOf(cli);
        Query.Add(body, "timeout", TextInput.Span(cli.Get(Timeout), "--timeout"));
        Query.Add(body, "guarantee", cli.Get(Guarantee));
        Query.Add(body, "at", TextInput.Instant(cli.Get(At), "--at"));
        Query.Add(body, "delay", TextInput.Span(cli.Get(Delay), "--delay"));
        (string, string)[] headers = cli.Get(Key) is { } key ? [("Idempotency-Key", key)] : [];
        var answer = await cli.Api.SendAsync(HttpMethod.Post, $"tasks/{ApiClient.Part(cli.Get(Name)!)}/dispatch", body, ct, headers)
            .ConfigureAwait(false);
        return cli.Show(answer.Body, r => cli.Print.Line(r.Text("runId")));
    }

    private static async Task<int> TriggerAsync(Invocation cli, CancellationToken ct)
    {
        var body = new JsonObject();
        Query.Add(body, "headers", Query.Headers(cli.Get(CommonOptions.Header)));
        return cli.Show(await cli.Api.PostAsync($"tasks/{ApiClient.Part(cli.Get(Name)!)}/trigger", body, ct).ConfigureAwait(false),
            r => cli.Print.Line(r.Text("runId")));
    }

    private static async Task<int> CancelAsync(Invocation cli, CancellationToken ct)
    {
        var (run, task) = (cli.Get(RunOrNone), cli.Get(TaskToCancel));
        if (run is null == task is null)
        {
            throw CliException.Usage("Both a run and --task are given, or neither. Name one of them.");
        }

        if (task is not null)
        {
            await cli.Api.SendAsync(HttpMethod.Delete, $"tasks/{ApiClient.Part(task)}", null, ct).ConfigureAwait(false);
            return cli.Show(JsonSerializer.SerializeToElement(new { task, state = "cancelled" }),
                _ => cli.Print.Line($"{task} is cancelled."));
        }

        if (!RunId.TryParse(run, null, out _))
        {
            throw CliException.Usage($"'{run}' is not the id of a run. To cancel a task: orleanstasks cancel --task {run}");
        }

        var answer = await cli.Api.SendAsync(HttpMethod.Delete, $"runs/{ApiClient.Part(run)}", null, ct).ConfigureAwait(false);
        return cli.Show(answer.Body,
            r => cli.Print.Line(
                answer.Status == System.Net.HttpStatusCode.Accepted
                    ? $"{run} was asked to stop."
                    : $"{run} had ended already: {r.Text("status")}."));
    }

    private static async Task<int> BackfillAsync(Invocation cli, CancellationToken ct)
    {
        var body = new JsonObject
        {
            ["from"] = TextInput.Instant(cli.Get<string>("--from"), "--from"),
            ["to"] = TextInput.Instant(cli.Get<string>("--to"), "--to")
        };
        Query.Add(body, "headers", Query.Headers(cli.Get(CommonOptions.Header)));
        var answer = await cli.Api.PostAsync($"tasks/{ApiClient.Part(cli.Get(Name)!)}/backfill", body, ct).ConfigureAwait(false);
        return cli.Show(answer, a =>
        {
            foreach (var run in a.GetProperty("runIds").EnumerateArray())
            {
                cli.Print.Line(run.GetString());
            }
        });
    }

    private static async Task<int> ActAsync(Invocation cli, string verb, string question, CancellationToken ct)
    {
        var runs = cli.Get(Runs) ?? [];
        var query = new JsonObject();
        Query.Add(query, "task", cli.Get(OfTask));
        Query.Add(query, "status", cli.Get(Status));
        Query.Add(query, "deadLetter", cli.Get(DeadLetter));
        Query.Add(query, "from", TextInput.Instant(cli.Get(CommonOptions.From), "--from"));
        Query.Add(query, "to", TextInput.Instant(cli.Get(CommonOptions.To), "--to"));
        if (runs.Length == 0 == (query.Count == 0))
        {
            throw CliException.Usage("Both runs and a query are given, or neither. Name runs, or use --task, --status, "
                + "--dead-letter, --from and --to.");
        }

        if (runs.FirstOrDefault(static r => !RunId.TryParse(r, null, out _)) is { } wrong)
        {
            throw CliException.Usage($"'{wrong}' is not the id of a run. Use an id such as fibonacci~0199f3a26d2c7c1e9d5f0123456789ab.");
        }

        var body = new JsonObject();
        if (verb != "retry")
        {
            Query.Add(body, "note", cli.Get(Note));
        }

        if (runs.Length == 1)
        {
            return cli.Show(await cli.Api.PostAsync($"runs/{ApiClient.Part(runs[0])}/{verb}", body, ct).ConfigureAwait(false),
                r => cli.Print.Line(r.Text("runId")));
        }

        if (runs.Length == 0 && !cli.Agrees($"{question} all runs that match {query.ToJsonString()}?"))
        {
            return ExitCodes.Failed;
        }

        if (runs.Length > 0)
        {
            body["runIds"] = new JsonArray([.. runs.Select(static r => JsonValue.Create(r))]);
        }

        var path = $"runs/{verb}"
            + string.Concat(query.Select((p, n) => $"{(n == 0 ? '?' : '&')}{p.Key}={ApiClient.Part(p.Value!.ToString())}"));
        return cli.Show(await cli.Api.PostAsync(path, body, ct).ConfigureAwait(false),
            o => cli.Print.Line(verb == "retry" ? $"The run {o.Text("runId")} makes them again."
                : $"The run {o.Text("runId")} {verb}s them."));
    }

    private static JsonObject BodyOf(Invocation cli)
    {
        var body = ArgumentInput.Read(cli.Get(Words) ?? [], cli.Get(Named) ?? [], cli.Get(Args), cli.Host);
        Query.Add(body, "priority", cli.Get(Priority));
        Query.Add(body, "headers", Query.Headers(cli.Get(CommonOptions.Header)));
        return body;
    }
}
