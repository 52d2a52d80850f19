using System.Text.Json;
using Cronos;

namespace OrleansTasks.Tests.Cli;

/// <summary>
/// Checks that jobs that Hangfire and Quartz wrote themselves fire at the same instants here, or that the tool says why not.
/// </summary>
public sealed class ImportTests(JobDatabases databases) : IClassFixture<JobDatabases>, IDisposable
{
    private const int Instants = 100;
    private readonly Tool _tool = new() { Now = JobDatabases.Now };

    public static IReadOnlyDictionary<string, string> QuartzExpressions { get; } = new Dictionary<string, string>
    {
        ["weekdays"] = "0 0 9 ? * 2-6",
        ["gap"] = "0 30 2 * * ?",
        ["gap-every"] = "0 15/30 * ? * *",
        ["gap-range"] = "0 30 2-3 * * ?",
        ["gap-list"] = "0 15,45 1,2 * * ?",
        ["seconds"] = "0/20 59 1-3 * * ?",
        ["slash"] = "0 /20 9 * * ?",
        ["wrap"] = "0 50-10/5 22-2 * NOV-APR ?",
        ["15-and-last"] = "0 0 9 15,L * ?",
        ["before-last"] = "0 0 9 L-3 * ?",
        ["last-weekday"] = "0 0 9 LW * ?",
        ["nearest"] = "0 0 9 15W * ?",
        ["nearest-30"] = "0 0 9 30W * ?",
        ["last-friday"] = "0 0 9 ? * 6L",
        ["saturday"] = "0 0 9 ? * L",
        ["first-monday"] = "0 0 9 ? * 2#1",
        ["fifth"] = "0 0 9 ? * MON#5",
        ["every-other"] = "0 0 9 ? * */2",
        ["weekend"] = "0 0 9 ? * SAT-MON",
        ["either"] = "0 0 9 13 * FRI",
        ["either-step"] = "0 0 9 */10 * FRI",
        ["either-last"] = "0 0 9 L * 2#1",
        ["some-years"] = "0 0 9 1 1/2 ? 2020-2099/3",
    };

    public static IReadOnlyDictionary<string, string> HangfireExpressions { get; } = new Dictionary<string, string>
    {
        ["weekdays"] = "0 9 * * 1-5",
        ["gap"] = "30 2 * * *",
        ["gap-every"] = "15/30 * * * *",
        ["seconds"] = "*/20 59 1-3 * * *",
        ["both"] = "0 9 13 * FRI",
        ["last"] = "0 9 L * *",
        ["last-friday"] = "0 9 * * 5L",
        ["second-friday"] = "0 9 * * FRI#2",
        ["nearest"] = "0 9 15W * *",
        ["sunday"] = "0 9 * * 7",
        ["daily"] = "@daily",
    };

    public void Dispose() => _tool.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Quartz_DataWrittenByQuartz_FiresAtTheSameInstants(bool autumn)
    {
        var now = (_tool.Now = autumn ? JobDatabases.Autumn : JobDatabases.Now).Value;
        var file = _tool.File("quartz.yaml");
        var ended = await _tool.RunAsync("import", "quartz", "--connection", databases.ConnectionString, "--count", $"{Instants}",
            "--output", "json", "--file", file, "--set", "moved");
        var jobs = ended.Json.GetProperty("jobs").EnumerateArray().ToDictionary(static j => j.GetProperty("source").GetString()!);
        Assert.Equal(databases.Triggers.Count + 1, jobs.Count);
        var different = new List<string>();
        foreach (var trigger in databases.Triggers)
        {
            var job = jobs[$"g.{trigger.Key.Name}"];
            if (job.GetProperty("fault").ValueKind == JsonValueKind.String)
            {
                different.Add($"{trigger.Key.Name}: {job.GetProperty("fault")}");
                continue;
            }

            if (!job.GetProperty("same").GetBoolean())
            {
                // The tool reports the difference and its reason.
                different.Add(trigger.Key.Name);
                Assert.Contains("in a month without that day", job.GetProperty("notes").ToString(), StringComparison.Ordinal);
                continue;
            }

            var wanted = new List<DateTimeOffset>();
            for (var at = trigger.GetFireTimeAfter(now); at is { } instant && wanted.Count < Instants
                && !(wanted.Count > 0 && instant <= wanted[^1]); at = trigger.GetFireTimeAfter(instant))
            {
                wanted.Add(instant.ToUniversalTime());
            }

            // For instants a hundred years from now, Quartz returns the same one again and again.
            Assert.True(wanted.SequenceEqual(InstantsOf(job, "ourInstants").Take(Math.Max(wanted.Count, 99))),
                $"{trigger.Key.Name}, ours: {FirstDifference(wanted, InstantsOf(job, "ourInstants"))}");
            Assert.True(wanted.SequenceEqual(InstantsOf(job, "theirInstants").Take(Math.Max(wanted.Count, 99))),
                $"{trigger.Key.Name}, theirs as computed here: {FirstDifference(wanted, InstantsOf(job, "theirInstants"))}");
        }

        Assert.Equal(["nearest-30", "drifting"], different.Select(static d => d.Split(':')[0]));
        Assert.Contains("nothing triggers it", jobs["idle"].GetProperty("fault").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, ended.Code);

        var paused = jobs["g.paused"].GetProperty("declared");
        Assert.Equal("""{"to":"bob","pages":3}""",
            paused.GetProperty("named").GetRawText().Replace(" ", "", StringComparison.Ordinal)
                .Replace("\n", "", StringComparison.Ordinal));
        Assert.Equal(("send-report", "high", "a report", "atLeastOnce", 0), (
            paused.GetProperty("handler").GetString(), paused.GetProperty("options").GetProperty("priority").GetString(),
                paused.GetProperty("options").GetProperty("description").GetString(),
            paused.GetProperty("options").GetProperty("guarantee").GetString(),
            paused.GetProperty("options").GetProperty("catchUp").GetProperty("limit").GetInt32()));
        Assert.Equal("It was paused in Quartz.", paused.GetProperty("paused").GetProperty("note").GetString());
        CheckFile(file, jobs.Values);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hangfire_DataWrittenByHangfire_RunsAtTheSameInstants(bool autumn)
    {
        var now = (_tool.Now = autumn ? JobDatabases.Autumn : JobDatabases.Now).Value;
        var file = _tool.File("hangfire.json");
        var ended = await _tool.RunAsync("import", "hangfire", "--connection", databases.ConnectionString, "--count", $"{Instants}",
            "--output", "json", "--file", file, "--map", "OrleansTasks.Tests.Cli.Mail.Send=send-mail");
        var jobs = ended.Json.GetProperty("jobs").EnumerateArray().ToDictionary(static j => j.GetProperty("source").GetString()!);
        Assert.Equal(HangfireExpressions.Count + 3, jobs.Count);
        foreach (var (name, expression) in HangfireExpressions)
        {
            // Computes the instants as Hangfire does.
            var cron = CronExpression.Parse(expression,
                expression.Split(' ').Length == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
            var wanted = cron.GetOccurrences(now, now.AddYears(68), JobDatabases.Berlin, fromInclusive: false).Take(Instants)
                .Select(static o => o.ToUniversalTime()).ToList();
            Assert.True(wanted.SequenceEqual(InstantsOf(jobs[name], "ourInstants")),
                $"{name}: {FirstDifference(wanted, InstantsOf(jobs[name], "ourInstants"))}");
            Assert.True(jobs[name].GetProperty("same").GetBoolean(), name);
        }

        Assert.Equal("""["ada",5]""",
            string.Concat(jobs["daily"].GetProperty("declared").GetProperty("args").GetRawText().Where(static c => !char.IsWhiteSpace(c))));
        Assert.Equal("send-mail", jobs["daily"].GetProperty("declared").GetProperty("handler").GetString());
        Assert.Equal(1000,
            jobs["strict"].GetProperty("declared").GetProperty("options").GetProperty("catchUp").GetProperty("limit").GetInt32());
        var injected = jobs["injected"];
        Assert.Equal(("mail-sweep", false),
            (injected.GetProperty("declared").GetProperty("handler").GetString(),
                injected.GetProperty("declared").TryGetProperty("args", out _)));
        Assert.Contains("queue 'critical'", injected.GetProperty("notes").ToString(), StringComparison.Ordinal);
        Assert.Contains("never occurs", jobs["never"].GetProperty("fault").GetString(), StringComparison.Ordinal);
        Assert.Contains("1 jobs that are scheduled", ended.Json.GetProperty("remarks").ToString(), StringComparison.Ordinal);
        CheckFile(file, jobs.Values);
    }

    [Fact]
    public async Task Report_AsText_ShowsTheResultForEachJob()
    {
        var ended = await _tool.RunAsync("import", "quartz", "--connection",
            "@" + _tool.File("connection", databases.ConnectionString + "\n"), "--count", "3");
        Assert.Equal(1, ended.Code);
        Assert.Contains("g.gap: 0 30 2 * * ? in Europe/Berlin\n  becomes g.gap: {\"handler\":\"send-report\"", ended.Out,
            StringComparison.Ordinal);
        Assert.Contains("g.drifting: CAL_INT\n  NOT CARRIED OVER: it counts days without keeping the hour", ended.Out,
            StringComparison.Ordinal);
        Assert.Contains(
            $"{databases.Triggers.Count - 1} of {databases.Triggers.Count + 1} are carried over, 1 of them with other "
                + "instants.\nHandlers that the silos need: send-report\n", ended.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, "hangfire", "--schema", "nowhere")]
    [InlineData(4, "quartz", "--table-prefix", "x_")]
    [InlineData(4, "quartz", "--scheduler", "other")]
    [InlineData(2, "quartz", "--count", "0")]
    public async Task Import_MissingSource_ReportsIt(int code, params string[] args)
    {
        var ended = await _tool.RunAsync(["import", .. args, "--connection", databases.ConnectionString]);
        Assert.Equal(code, ended.Code);
        Assert.StartsWith("error: ", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_UnreachableDatabase_FailsWithoutShowingThePassword()
    {
        var ended = await _tool.RunAsync("import", "quartz", "--connection",
            $"Host=127.0.0.1;Port={Ports.Take()};Username=u;Password=s3cret;Database=d");
        Assert.Equal(3, ended.Code);
        Assert.DoesNotContain("s3cret", ended.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await _tool.RunAsync("import", "quartz", "--connection", "nonsense")).Code);
    }

    private static List<DateTimeOffset> InstantsOf(JsonElement job, string member) =>
        [.. job.GetProperty(member).EnumerateArray().Select(static i => i.GetDateTimeOffset())];

    private static string FirstDifference(List<DateTimeOffset> wanted, List<DateTimeOffset> got)
    {
        var n = wanted.Zip(got).TakeWhile(static p => p.First == p.Second).Count();
        return $"{wanted.Count} wanted, {got.Count} there, the {n + 1}. is {(n < got.Count ? got[n] : "missing"):O} and not "
            + $"{(n < wanted.Count ? wanted[n] : "there"):O}";
    }

    private static void CheckFile(string file, IEnumerable<JsonElement> jobs)
    {
        var (document, faults) = OrleansTasks.Cli.Documents.DocumentReader.Read(File.ReadAllText(file), file);
        Assert.Empty(faults);
        Assert.Equal(
            jobs.Where(static j => j.GetProperty("task").ValueKind == JsonValueKind.String)
                .Select(static j => j.GetProperty("task").GetString()), document.Tasks.Select(static t => t.Name));
    }
}
