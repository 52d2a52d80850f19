using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansTasks.Cli.Api;
using OrleansTasks.Cli.Applying;
using OrleansTasks.Cli.Documents;
using OrleansTasks.Cli.Hosting;
using OrleansTasks.Cli.Output;
using OrleansTasks.Values;
using static OrleansTasks.Cli.Commands.CommandLine;

namespace OrleansTasks.Cli.Commands;

/// <summary>Defines commands for tasks in files.</summary>
internal static class DeclareCommands
{
    private static readonly Option<string> File = new("--file", "-f")
    {
        Description = "File that declares tasks, as YAML or JSON. - reads standard input.",
        HelpName = "file",
        Required = true
    };
    private static readonly Option<bool> Prune = new("--prune")
    {
        Description = "Cancels tasks of the file's set that the file does not declare."
    };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Shows the plan without changing anything." };
    private static readonly Option<string> Into = new("--file", "-f")
    {
        Description = "File to write. Default: standard output.",
        HelpName = "file"
    };
    private static readonly Option<string> Prefix = new("--prefix")
    {
        Description = "Exports only tasks whose names begin with this text.",
        HelpName = "text"
    };
    private static readonly Option<string> Tag = new("--tag") { Description = "Exports only tasks with this tag.", HelpName = "tag" };
    private static readonly Option<string> Set = new("--set")
    {
        Description = "Exports the tasks of this set, as a file of the set.",
        HelpName = "name"
    };
    private static readonly Option<bool> Everything = new("--all")
    {
        Description = "Includes tasks that are defined in code or configuration."
    };
    private static readonly Option<string> Format = CommonOptions.OneOf("--format",
        "File format. Default: according to the file extension, or yaml.", false, "yaml", "json");

    public static IEnumerable<Command> All(CliHost host) =>
    [
        Make(host, "apply", "Applies the tasks, groups and calendars that a file declares. Shows the plan first.", ApplyAsync, File, Prune,
            DryRun, CommonOptions.Yes),
        Make(host, "export", "Writes tasks to a file for 'apply'.", ExportAsync, Into, Prefix, Tag, Set, Everything, Format),
    ];

    private static async Task<int> ApplyAsync(Invocation cli, CancellationToken ct)
    {
        var file = cli.Get(File)!;
        var (document, faults) = DocumentReader.Read(file == "-" ? cli.Host.In.ReadToEnd() : TextInput.File(file, "--file"),
            file == "-" ? "standard input" : file);
        Stop(faults, file);
        if (cli.Get(Prune) && document.Set is null)
        {
            throw CliException.Usage($"--prune requires a 'set', and {file} has none. Add one, with a name that no other file has.");
        }

        var (changes, unfit) = await new Planner(cli.Api).PlanAsync(document, cli.Get(Prune), ct).ConfigureAwait(false);
        Stop(unfit, file);
        var wanted = changes.Where(static c => c.Request is not null).ToList();
        Show(cli, changes);
        if (wanted.Count == 0 || cli.Get(DryRun))
        {
            return ExitCodes.Done;
        }

        if (!cli.Agrees($"Make {(wanted.Count == 1 ? "this change" : $"these {wanted.Count} changes")} at {cli.Api.Server.Api}?"))
        {
            cli.Print.Note("Nothing was changed.");
            return ExitCodes.Failed;
        }

        var made = 0;
        try
        {
            foreach (var change in wanted)
            {
                var request = change.Request!;
                await cli.Api.SendAsync(request.Method, request.Path, request.Body, ct, request.CreateOnly ? [("If-None-Match", "*")] : [])
                    .ConfigureAwait(false);
                made++;
            }
        }
        catch (CliException e)
        {
            throw new CliException(e.ExitCode,
                $"{wanted[made].What} {wanted[made].Name}: {e.Message} {made} of {wanted.Count} changes were made. Apply the file again "
                    + "for the rest.", e.Details);
        }

        if (!cli.Print.IsJson)
        {
            cli.Print.Line(made == 1 ? "1 change was made." : $"{made} changes were made.", Tone.Good);
        }

        return ExitCodes.Done;
    }

    private static void Stop(IReadOnlyList<string> faults, string file)
    {
        if (faults.Count > 0)
        {
            throw new CliException(ExitCodes.Usage, $"{file}: {(faults.Count == 1 ? "one error" : $"{faults.Count} errors")}. Nothing "
                + "was changed. Fix the file, and apply it again.")
            {
                Points = faults,
            };
        }
    }

    private static void Show(Invocation cli, IReadOnlyList<Change> changes)
    {
        var print = cli.Print;
        if (print.IsJson)
        {
            print.Json(
                changes.Select(
                    static c =>
                        new
                        {
                            kind = c.Kind.ToString().ToLowerInvariant(),
                            what = c.What,
                            name = c.Name,
                            differences = c.Differences.Select(static d => new { path = d.Path, old = d.Old, @new = d.New }),
                            note = c.Note
                        }));
            return;
        }

        foreach (var change in changes.Where(static c => c.Kind != ChangeKind.Unchanged || c.Note is not null))
        {
            var (sign, tone) = change.Kind switch
            {
                ChangeKind.Create => ("+ create", Tone.Good),
                ChangeKind.Prune => ("- cancel", Tone.Bad),
                ChangeKind.Change => ("~ change", Tone.Warning),
                ChangeKind.Pause => ("~ pause", Tone.Warning),
                ChangeKind.Resume => ("~ resume", Tone.Warning),
                _ => ("  keep", Tone.Faint),
            };
            print.Line($"{sign} {change.What} {change.Name}{(change.Note is null ? "" : $" ({change.Note})")}", tone);
            foreach (var difference in change.Differences)
            {
                print.Line($"    {difference.Path}: {difference.Old ?? "(none)"} -> {difference.New ?? "(none)"}");
            }
        }

        int Count(ChangeKind kind) => changes.Count(c => c.Kind == kind);
        print.Line(
            $"{Count(ChangeKind.Create)} to create, {Count(ChangeKind.Change)} to change, "
                + $"{Count(ChangeKind.Pause) + Count(ChangeKind.Resume)} to pause or resume, {Count(ChangeKind.Prune)} to cancel, "
                + $"{Count(ChangeKind.Unchanged)} unchanged.");
    }

    private static async Task<int> ExportAsync(Invocation cli, CancellationToken ct)
    {
        var (file, set) = (cli.Get(Into), cli.Get(Set));
        if (set is not null && cli.Get(Tag) is not null)
        {
            throw CliException.Usage("Both --set and --tag are given, but a set is a tag. Use one of them.");
        }

        var query = Query.Of(("limit", "1000"), ("prefix", cli.Get(Prefix)), ("tag", set is null ? cli.Get(Tag) : TaskDocument.TagOf(set)));
        var tasks = new List<DeclaredTask>();
        var left = 0;
        await foreach (var json in cli.Api.PagesAsync("tasks" + query, "after", ct).ConfigureAwait(false))
        {
            var task = json.Deserialize<TaskInfo>(TaskJson.Options)!;

            // The engine registers its own tasks when it needs them, and 'apply' cannot.
            if (SystemTasks.Has(task.Name))
            {
                continue;
            }

            if (task.State == TaskState.Cancelled || (!cli.Get(Everything) && (task.DefinedInCode || task.DefinedInConfiguration)))
            {
                left += task.State == TaskState.Cancelled ? 0 : 1;
                continue;
            }

            tasks.Add(Exported(task, set));
        }

        var document = await WithWhatTheyNameAsync(cli, new TaskDocument { Set = set, Tasks = tasks }, ct).ConfigureAwait(false);
        var text = DocumentWriter.Write(document,
            cli.Get(Format) is { } format ? format == "json" : file?.EndsWith(".json", StringComparison.OrdinalIgnoreCase) == true);
        TextOutput.Write(text, file, cli.Host, "--file");
        cli.Print.Note($"{tasks.Count} tasks{(left > 0 ? $"; {left} defined in code or configuration are omitted (--all)" : "")}.");
        return ExitCodes.Done;
    }

    /// <summary>Adds the calendars and groups to which the tasks refer.</summary>
    private static async Task<TaskDocument> WithWhatTheyNameAsync(Invocation cli, TaskDocument document, CancellationToken ct)
    {
        var calendars = new SortedDictionary<string, BusinessCalendar>(StringComparer.Ordinal);
        foreach (var name in document.Tasks.SelectMany(static t => t.Schedule?.CalendarNames ?? []).Distinct())
        {
            calendars[name] =
                (await cli.Api.GetAsync($"calendars/{ApiClient.Part(name)}", ct).ConfigureAwait(false)).Deserialize<BusinessCalendar>(
                    TaskJson.Options)!;
        }

        var groups = new SortedDictionary<string, RunGroup>(StringComparer.Ordinal);
        foreach (var name in document.Tasks.Select(static t => t.Options.Group).OfType<string>().Distinct())
        {
            if ((await cli.Api.GetAsync($"groups/{ApiClient.Part(name)}", ct).ConfigureAwait(false)).Member(
                "limits")?.Deserialize<RunGroup>(TaskJson.Options) is { } limits && limits != new RunGroup())
            {
                groups[name] = limits;
            }
        }

        return document with { Calendars = calendars, Groups = groups };
    }

    private static DeclaredTask Exported(TaskInfo task, string? set)
    {
        var pause = new JsonObject();
        Query.Add(pause, "note", task.PauseNote);
        Query.Add(pause, "until",
            task.PausedUntil is { } until
                ? JsonValue.Create(until.ToString("O", System.Globalization.CultureInfo.InvariantCulture))
                : null);
        var tags = set is null
            ? task.Options.Tags
            : [.. (task.Options.Tags ?? []).Where(t => !t.Equals(TaskDocument.TagOf(set), StringComparison.OrdinalIgnoreCase))];
        return new DeclaredTask
        {
            Name = task.Name,
            Handler = task.Handler,
            Schedule = task.Schedule,
            Arguments = task.Arguments,
            Headers = task.Headers,
            Options = task.Options with { Tags = tags is { Count: > 0 } ? tags : null },
            Paused = task.State == TaskState.Paused ? true : null,
            Pause = task.State == TaskState.Paused && pause.Count > 0 ? pause : null,
        };
    }
}
