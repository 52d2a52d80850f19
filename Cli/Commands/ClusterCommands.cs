using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansTasks.Cli.Hosting;
using OrleansTasks.Cli.Output;
using static OrleansTasks.Cli.Commands.CommandLine;

namespace OrleansTasks.Cli.Commands;

/// <summary>Defines commands for the whole cluster.</summary>
internal static class ClusterCommands
{
    private static readonly Argument<string> Message = new("message")
    {
        Description = "Message, as JSON or text. @file reads a file, and - reads standard input."
    };

    public static IEnumerable<Command> All(CliHost host) =>
    [
        Make(host, "broadcast", "Sends a message to all connected web servers.", BroadcastAsync, Message),
        Group(
            "scheduler", "Shows, starts or stops the scheduler.",
            Make(host, "status", "Shows the state and the partitions of the scheduler.", (cli, ct) => SchedulerAsync(cli, null, ct)),
            Make(host, "start", "Starts the scheduler in the whole cluster.", (cli, ct) => SchedulerAsync(cli, "start", ct)),
            Make(host, "stop", "Stops the scheduler in the whole cluster. Runs in progress continue to their end.",
                (cli, ct) => SchedulerAsync(cli, "stop", ct))),
        .. DeclareCommands.All(host),
        Make(host, "doctor", "Checks the cluster, its storage and its settings, and reports problems.", DoctorCommand.RunAsync),
    ];

    private static async Task<int> BroadcastAsync(Invocation cli, CancellationToken ct)
    {
        await cli.Api.SendAsync(HttpMethod.Post, "broadcasts", TextInput.Word(TextInput.Content(cli.Get(Message)!, cli.Host, "message"))
            ?? throw CliException.Usage("The message is null. Use another value."), ct).ConfigureAwait(false);
        return ExitCodes.Done;
    }

    private static async Task<int> SchedulerAsync(Invocation cli, string? verb, CancellationToken ct)
    {
        var state = verb is null
            ? await cli.Api.GetAsync("scheduler", ct).ConfigureAwait(false)
            : await cli.Api.PostAsync($"scheduler/{verb}", new JsonObject(), ct).ConfigureAwait(false);
        return cli.Show(state, s => Show(cli.Print, s));
    }

    private static void Show(Printer print, JsonElement state)
    {
        print.Pairs(
        [
            ("scheduler", new(state.Text("state"), Printer.ToneOf(state.Text("state")))),
            ("tasks", state.Text("tasks")),
            ("pending runs", state.Text("pendingRuns")),
            ("next due", state.Shown("nextDue")),
        ]);
        print.Line("");
        print.Table(
            ["partition", "silo", "started", "tasks", "pending", "storage"],
            state.Member("partitions") is { ValueKind: JsonValueKind.Array } all
                ? all.EnumerateArray()
                    .Select(
                        static p =>
                            new Cell[]
                            {
                                p.Text("partition"), p.Text("silo"), p.Is("started") ? "yes" : new Cell("no", Tone.Warning),
                                p.Text("tasks"), p.Text("pendingRuns"),
                                new(p.Text("storageTrouble") ?? "good", p.Text("storageTrouble") is null ? Tone.Plain : Tone.Bad)
                            })
                : [],
            "No partition answers.");
    }
}
