using System.CommandLine;
using System.Globalization;
using System.Text;
using OrleansTasks.Cli.Documents;
using OrleansTasks.Cli.Hosting;
using OrleansTasks.Cli.Importing;
using OrleansTasks.Cli.Output;
using static OrleansTasks.Cli.Commands.CommandLine;

namespace OrleansTasks.Cli.Commands;

/// <summary>Defines commands that import jobs from other schedulers.</summary>
internal static class ImportCommands
{
    private static readonly Option<string> Connection = new("--connection")
    {
        Description =
            "Connection string of the PostgreSQL database. @file reads a file, and - reads standard input. The database is not changed.",
        HelpName = "string",
        Required = true
    };
    private static readonly Option<string> Schema = new("--schema")
    {
        Description = "Schema of the tables. Default: hangfire, or public for Quartz.",
        HelpName = "name"
    };
    private static readonly Option<string> TablePrefix = new("--table-prefix")
    {
        Description = "Prefix of the table names. Default: qrtz_.",
        HelpName = "text"
    };
    private static readonly Option<string> Scheduler = new("--scheduler")
    {
        Description = "Name of the scheduler whose triggers are read, if the tables contain several.",
        HelpName = "name"
    };
    private static readonly Option<string[]> Map = new("--map")
    {
        Description =
            "Handler of a job: type=handler, or type.method=handler for Hangfire. Can be repeated. Default: the name in lower case with "
                + "hyphens.",
        HelpName = "type=handler"
    };
    private static readonly Option<string> Into = new("--file", "-f") { Description = "File to write, for 'apply'.", HelpName = "file" };
    private static readonly Option<string> Set = new("--set")
    {
        Description = "Name of the set that the file declares, for 'apply --prune'.",
        HelpName = "name"
    };
    private static readonly Option<int?> Count = new("--count")
    {
        Description = "Number of instants to compare, 1 to 1000. Default: 20.",
        HelpName = "n"
    };

    public static IEnumerable<Command> All(CliHost host) =>
    [
        Group(
            "import", "Reads the jobs of another scheduler, shows the result for each, and writes a file for 'apply'.",
            Make(host, "hangfire", "Imports recurring jobs from Hangfire.PostgreSql.",
                (cli, ct) => ImportAsync(cli, "Hangfire", (d, n) => HangfireJobs.ReadAsync(d, cli.Get(Schema) ?? "hangfire", n, ct), ct),
                Connection, Schema, Map, Into, Set, Count),
            Make(host, "quartz", "Imports triggers from Quartz.NET.",
                (cli, ct) =>
                    ImportAsync(cli, "Quartz.NET",
                        (d, n) =>
                            QuartzJobs.ReadAsync(d, cli.Get(Schema) ?? "public", cli.Get(TablePrefix) ?? "qrtz_", cli.Get(Scheduler), n,
                                ct), ct), Connection, Schema, TablePrefix, Scheduler, Map, Into, Set, Count)),
    ];

    private static async Task<int> ImportAsync(Invocation cli, string from, Func<JobDatabase, Names, Task<ImportedJobs>> read,
        CancellationToken ct)
    {
        var count = (cli.Get(Count) ?? 20) is >= 1 and <= 1000 and var n ? n : throw CliException.Usage(
            $"--count: the value must be from 1 to 1000, and is {cli.Get(Count)}.");
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in cli.Get(Map) ?? [])
        {
            var (type, handler) = TextInput.Pair(text, "--map");
            map[type] = handler;
        }

        ImportedJobs found;
        var database = await JobDatabase.OpenAsync(TextInput.Secret(cli.Get(Connection), cli.Host, "--connection")!, ct)
            .ConfigureAwait(false);
        await using (database.ConfigureAwait(false))
        {
            found = await read(database, new Names(map)).ConfigureAwait(false);
        }

        var now = cli.Host.Time.GetUtcNow();
        var compared = found.Jobs.Select(j => Comparison.Of(j, now, count)).ToList();
        if (cli.Print.IsJson)
        {
            cli.Print.Json(new { jobs = compared.Select(Json), remarks = found.Remarks });
        }
        else
        {
            foreach (var one in compared)
            {
                Show(cli.Print, one);
            }

            foreach (var remark in found.Remarks)
            {
                cli.Print.Line($"note: {remark}");
            }

            var tasks = compared.Select(static c => c.Job.Task).OfType<DeclaredTask>().ToList();
            cli.Print.Line(
                $"{tasks.Count} of {found.Jobs.Count} are carried "
                    + "over"
                    + (compared.Count(static c => c.FirstDifference is not null) is > 0 and var different
                        ? $", {different} of them with other instants."
                        : "."));
            if (tasks.Count > 0)
            {
                cli.Print.Line(
                    $"Handlers that the silos need: "
                        + $"{string.Join(", ", tasks.Select(static t => t.HandlerName).Distinct().Order(StringComparer.Ordinal))}");
            }
        }

        if (cli.Get(Into) is { } file)
        {
            Write(cli, file, from, compared, found.Remarks);
        }

        return compared.TrueForAll(static c => c.Job.Fault is null && c.FirstDifference is null) ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static void Write(Invocation cli, string file, string from, IReadOnlyList<Comparison> compared, IReadOnlyList<string> remarks)
    {
        var json = file.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
        var text = DocumentWriter.Write(
            new TaskDocument { Set = cli.Get(Set), Tasks = [.. compared.Select(static c => c.Job.Task).OfType<DeclaredTask>()] }, json);
        TextOutput.Write(json ? text : Comments(from, compared, remarks) + text, file, cli.Host, "--file");
    }

    // JSON has no comments, so for a JSON file the notes are only on the console.
    private static string Comments(string from, IReadOnlyList<Comparison> compared, IReadOnlyList<string> remarks)
    {
        var comments = new StringBuilder();
        void Add(string text) =>
            comments.Append(CultureInfo.InvariantCulture, $"# {string.Concat(text.Select(static c => char.IsControl(c) ? ' ' : c))}\n");
        Add($"From {from}. Review it before you apply it.");
        foreach (var remark in remarks)
        {
            Add(remark);
        }

        foreach (var (job, _, _, first) in compared)
        {
            foreach (var note in (IEnumerable<string>)[.. job.Fault is { } fault ? [$"NOT CARRIED OVER: {fault}"] : Array.Empty<string>(),
                .. first is { } at ? [$"OTHER INSTANTS from {Texts.Of(at)} on"] : Array.Empty<string>(), .. job.Notes])
            {
                Add($"{job.Source}: {note}");
            }
        }

        return comments.ToString();
    }

    private static object Json(Comparison one) => new
    {
        source = one.Job.Source,
        theirs = one.Job.Theirs,
        task = one.Job.Task?.Name,
        declared = one.Job.Task is { } task ? DocumentWriter.JsonOf(task) : null,
        fault = one.Job.Fault,
        notes = one.Job.Notes,
        same = one.Job.Task is null ? (bool?)null : one.FirstDifference is null,
        theirInstants = one.Theirs,
        ourInstants = one.Ours,
    };

    private static void Show(Printer print, Comparison one)
    {
        var (job, theirs, ours, first) = one;
        print.Line($"{job.Source}: {job.Theirs}");
        if (job.Fault is not null)
        {
            print.Line($"  NOT CARRIED OVER: {job.Fault}", Tone.Bad);
            print.Line("");
            return;
        }

        var task = DocumentWriter.JsonOf(job.Task!);
        print.Line($"  becomes {job.Task!.Name}: {System.Text.Json.JsonSerializer.Serialize(task, TaskJson.Options)}");
        foreach (var note in job.Notes)
        {
            print.Line($"  note: {note}", Tone.Warning);
        }

        print.Line(first is null ? $"  the next {theirs.Count} instants are the same" : $"  OTHER INSTANTS from {Texts.Of(first.Value)} on",
            first is null ? Tone.Good : Tone.Bad);
        print.Table(["  ", "theirs", "ours"], Enumerable.Range(0, Math.Max(theirs.Count, ours.Count)).Select(n =>
        {
            var (a, b) = (n < theirs.Count ? theirs[n] : (DateTimeOffset?)null, n < ours.Count ? ours[n] : (DateTimeOffset?)null);
            var tone = a == b ? Tone.Plain : Tone.Bad;
            return new Cell[]
            {
                a == b ? "  " : "!=", new(a is { } x ? Texts.Of(x) : "-", tone), new(b is { } y ? Texts.Of(y) : "-", tone)
            };
        }), "  It has no further occurrence.");
        print.Line("");
    }

    /// <summary>Compares the next instants of a job in the other scheduler and in this library.</summary>
    private sealed record Comparison(ImportedJob Job, IReadOnlyList<DateTimeOffset> Theirs, IReadOnlyList<DateTimeOffset> Ours,
        DateTimeOffset? FirstDifference)
    {
        // This is more than what is shown, so that it covers a clock change.
        private const int Looked = 400;

        public static Comparison Of(ImportedJob job, DateTimeOffset now, int count)
        {
            if (job.Task is null)
            {
                return new Comparison(job, [], [], null);
            }

            var most = Math.Max(count, Looked);
            var (theirs, ours) = (job.TheirInstants!(now).Take(most).ToList(), job.OurInstants(now).Take(most).ToList());
            var same = theirs.Zip(ours).TakeWhile(static p => p.First == p.Second).Count();
            var first = same < Math.Max(theirs.Count, ours.Count)
                ? (same < theirs.Count ? theirs[same] : ours[same])
                : (DateTimeOffset?)null;
            return new Comparison(job, [.. theirs.Take(count)], [.. ours.Take(count)], first);
        }
    }
}
