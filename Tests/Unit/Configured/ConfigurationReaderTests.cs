using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using OrleansTasks.Configured;
using OrleansTasks.Handlers;
using OrleansTasks.Records;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests what the reader takes from configuration, and which paths its errors name.</summary>
public sealed partial class ConfigurationReaderTests
{
    private static readonly IOptions<TasksOptions> Host = Options.Create(new TasksOptions());

    [Fact]
    public void Read_TheExampleOfTheDocumentation_MatchesIt()
    {
        var example = Example().Match(File.ReadAllText(Path.Combine(Snapshots.Root, "docs", "configuration.md"))).Groups[1].Value;
        var reading = Read(example, t => t.Define("send-report", (string to, int pages) => to + pages).Define("clean", () => { }));

        Assert.Empty(reading.Faults);
        var content = reading.Content;
        Assert.Equal((3, 2), (content.Version, content.Tasks.Count));
        var report = content.Tasks.Single(t => t.Task.Name == "report");
        Assert.Equal("send-report", report.Task.Handler);
        Assert.Equal(TaskSchedule.Cron("0 9 * * MON-FRI", "Europe/Berlin").OnOpenDays("bank", ClosedDayRule.Next), report.Task.Schedule);
        Assert.Equal("""{"pages":"3","to":"board@example.com"}""", report.Task.Arguments!.NamedArguments!.Value.GetRawText());
        Assert.Equal((TimeSpan.FromMinutes(5), 3, "mail", 2),
            (report.Task.Options.Timeout, report.Task.Options.Retry!.MaxAttempts, report.Task.Options.Group,
                report.Task.Options.Tags!.Count));
        Assert.Null(report.Pause);
        var clean = content.Tasks.Single(t => t.Task.Name == "clean");
        Assert.Equal(TaskSchedule.Every(TimeSpan.FromHours(1)), clean.Task.Schedule);
        Assert.Equal(("until the disks are exchanged", new DateTimeOffset(2030, 1, 31, 0, 0, 0, TimeSpan.Zero)),
            (clean.Pause!.Note, clean.Pause.Until));
        Assert.NotNull(clean.Code);
        Assert.Equal((2, 100), (content.Groups["mail"].MaxConcurrentRuns, content.Groups["mail"].RateLimit!.Runs));
        Assert.Equal(["01-01", "12-25", "12-26"], content.Calendars["bank"].ClosedEveryYear);
        var options = new TasksOptions();
        new OptionsSection(new ConfigurationFaults()).Apply(SectionOf(example).GetSection("Options"), options);
        Assert.Equal((64, TimeSpan.FromSeconds(30), 1 << 20),
            (options.MaxConcurrentRuns, options.MisfireThreshold, options.Limits.MaxValueSize));
    }

    [Theory]
    [InlineData("""{"Tasks":{"t":{"Schedule":{"cron":"0 25 * * *"}}}}""", "OrleansTasks:Tasks:t:Schedule:cron: ")]
    [InlineData("""{"Tasks":{"t":{"Schedule":{"Cron":"0 9 * * *","TimeZone":"Europe/Atlantis"}}}}""",
        "OrleansTasks:Tasks:t:Schedule:TimeZone: ")]
    [InlineData("""{"Tasks":{"t":{"Schedule":{"every":"5"}}}}""", "OrleansTasks:Tasks:t:Schedule:every: ")]
    [InlineData("""{"Tasks":{"t":{"Schedule":{"every":"00:00:05","maxRuns":"many"}}}}""",
        "OrleansTasks:Tasks:t:Schedule:maxRuns: 'many' is not a whole number.")]
    [InlineData("""{"Tasks":{"t":{"Schedule":{"evry":"00:00:05"}}}}""", "OrleansTasks:Tasks:t:Schedule:evry: It is not known here.")]
    [InlineData("""{"Tasks":{"t":{"Schedule":{"any":[{"every":"00:00:05"},{"cron":"x"}]}}}}""",
        "OrleansTasks:Tasks:t:Schedule:any:1:cron: ")]
    [InlineData("""{"Tasks":{"t":{"Schedule":{"timeZone":"Europe/Berlin"}}}}""", "OrleansTasks:Tasks:t:Schedule: ")]
    [InlineData("""{"Tasks":{"t":{"Schedule":"every day"}}}""", "OrleansTasks:Tasks:t:Schedule: 'every day' is a single value")]
    [InlineData("""{"Tasks":{"t":{"Options":{"Timeout":"soon"}}}}""", "OrleansTasks:Tasks:t:Options:Timeout: ")]
    [InlineData("""{"Tasks":{"t":{"Options":{"HistoryLength":0}}}}""", "OrleansTasks:Tasks:t:Options:HistoryLength: ")]
    [InlineData("""{"Tasks":{"t":{"Options":{"Retry":{"MaxAttempts":-1}}}}}""", "OrleansTasks:Tasks:t:Options:Retry:MaxAttempts: ")]
    [InlineData("""{"Tasks":{"t":{"Options":{"Overlap":"perhaps"}}}}""",
        "OrleansTasks:Tasks:t:Options:Overlap: 'perhaps' is not one of skip, ")]
    [InlineData("""{"Tasks":{"t":{"Options":{"SendReturnValues":"yes"}}}}""",
        "OrleansTasks:Tasks:t:Options:SendReturnValues: 'yes' is not true or false.")]
    [InlineData("""{"Tasks":{"t":{"Options":{"Timout":"00:01:00"}}}}""", "OrleansTasks:Tasks:t:Options:Timout: It is not known here.")]
    [InlineData("""{"Tasks":{"t":{"Options":{"Tags":"a"}}}}""", "OrleansTasks:Tasks:t:Options:Tags: It is not a list.")]
    [InlineData("""{"Tasks":{"t":{"Args":["thirteen"]}}}""", "OrleansTasks:Tasks:t:Args: ")]
    [InlineData("""{"Tasks":{"t":{"Named":{"m":"1"}}}}""", "OrleansTasks:Tasks:t:Named: ")]
    [InlineData("""{"Tasks":{"t":{"Args":{"n":"1"}}}}""", "OrleansTasks:Tasks:t:Args: Positional arguments must be a list")]
    [InlineData("""{"Tasks":{"t":{"Args":"[1,"}}}""", "OrleansTasks:Tasks:t:Args: It is not valid JSON")]
    [InlineData("""{"Tasks":{"t":{"Paused":"perhaps"}}}""", "OrleansTasks:Tasks:t:Paused: ")]
    [InlineData("""{"Tasks":{"t":{"Paused":{"Until":"someday"}}}}""", "OrleansTasks:Tasks:t:Paused:Until: 'someday' is not an instant")]
    [InlineData("""{"Tasks":{"t":{"Headers":{"tenant":{"a":"b"}}}}}""", "OrleansTasks:Tasks:t:Headers:tenant: A header must be a string.")]
    [InlineData("""{"Tasks":{"t":{"Headers":{"ten ant":"a"}}}}""", "OrleansTasks:Tasks:t:Headers: ")]
    [InlineData("""{"Tasks":{"t":{"Handlr":"h"}}}""", "OrleansTasks:Tasks:t:Handlr: It is not known here.")]
    [InlineData("""{"Tasks":{"a/b":{"Handler":"t"}}}""", "OrleansTasks:Tasks:a/b: ")]
    [InlineData("""{"Groups":{"g":{"MaxConcurrentRuns":0}}}""", "OrleansTasks:Groups:g:MaxConcurrentRuns: ")]
    [InlineData("""{"Groups":{"g":{"RateLimit":{"Runs":1}}}}""", "OrleansTasks:Groups:g:RateLimit: 'period' is missing.")]
    [InlineData("""{"Calendars":{"c":{"Closed":["2030-02-30"]}}}""", "OrleansTasks:Calendars:c:Closed:0: '2030-02-30' is not a day")]
    [InlineData("""{"Calendars":{"c":{"ClosedEveryYear":["13-01"]}}}""", "OrleansTasks:Calendars:c:ClosedEveryYear: ")]
    [InlineData("""{"Options":{"MaxConcurrentRuns":0}}""", "OrleansTasks:Options:MaxConcurrentRuns: TasksOptions.MaxConcurrentRuns is 0;")]
    [InlineData("""{"Options":{"Limits":{"MaxValueSize":1}}}""", "OrleansTasks:Options:Limits:MaxValueSize: ")]
    [InlineData("""{"Options":{"MaxConcurrentRun":8}}""", "OrleansTasks:Options:MaxConcurrentRun: It is not known here.")]
    [InlineData("""{"Version":"new"}""", "OrleansTasks:Version: 'new' is not a whole number.")]
    [InlineData("""{"Task":{"t":{"Handler":"h"}}}""", "OrleansTasks:Task: It is not known here.")]
    public void Read_AFault_IsReportedWithItsPath(string json, string fault)
    {
        var reading = Read($$"""{"OrleansTasks":{{json}}}""", t => t.Define("t", (int n = 1) => n));
        Assert.StartsWith(fault, Assert.Single(reading.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SeveralFaults_ReportsAll()
    {
        var reading =
            Read("""{"OrleansTasks":{"Tasks":{"a":{"Schedule":{"cron":"x"},"Options":{"Timeout":"y","Priority":"z"}},"b":{"Oops":1}}"""
                + ""","Groups":{"g":{"MaxConcurrentRuns":"w"}}}}""");
        Assert.Equal(
            ["OrleansTasks:Groups:g:MaxConcurrentRuns", "OrleansTasks:Tasks:a:Options:Priority", "OrleansTasks:Tasks:a:Options:Timeout",
                "OrleansTasks:Tasks:a:Schedule:cron", "OrleansTasks:Tasks:b:Oops"],
            reading.Faults.Select(f => f[..f.IndexOf(": ", StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Read_ATaskDefinedInCode_KeepsUnnamedSettings()
    {
        var reading = Read(
            """{"OrleansTasks":{"Tasks":{"REPORT":{"Options":{"Timeout":"00:00:10"}}}}}""",
            t => t.Cron("0 9 * * *", "report", (string to) => to, arguments: ["all"],
                options: new TaskOptions { HistoryLength = 7, Timeout = TimeSpan.FromHours(1) }));

        var task = Assert.Single(reading.Content.Tasks).Task;
        Assert.Empty(reading.Faults);
        Assert.Equal(("report", TaskSchedule.Cron("0 9 * * *"), ["all"]), (task.Name, task.Schedule, task.Arguments));
        Assert.Equal(new TaskOptions { HistoryLength = 7, Timeout = TimeSpan.FromSeconds(10) }, task.Options);
    }

    /// <summary>Members within an option are options too. Members that configuration does not name keep the code's values.</summary>
    [Fact]
    public void Read_AnOptionAlsoSetInCode_KeepsUnnamedMembers()
    {
        var code = new TaskOptions
        {
            Retry = new RetryPolicy { MaxAttempts = 9, Delay = TimeSpan.FromSeconds(7), OnlyFor = ["A", "B"] },
            RateLimit = new RateLimit { Runs = 5, Period = TimeSpan.FromSeconds(3) }
        };
        var reading = Read(
            """{"OrleansTasks":{"Tasks":{"a":{"Options":{"Retry":{"MaxAttempts":3,"OnlyFor":["C"]},"RateLimit":{"Runs":6}}}}}}""",
            t => t.Define("a", () => { }, code));

        Assert.Empty(reading.Faults);
        Assert.Equal(
            code with { Retry = code.Retry with { MaxAttempts = 3, OnlyFor = ["C"] }, RateLimit = code.RateLimit with { Runs = 6 } },
            Assert.Single(reading.Content.Tasks).Task.Options);
        Assert.Contains("'period' is missing",
            Assert.Single(
                Read("""{"OrleansTasks":{"Tasks":{"a":{"Options":{"RateLimit":{"Runs":6}}}}}}""", t => t.Define("a", () => { })).Faults),
                    StringComparison.Ordinal);
    }

    /// <summary>Validation uses this host's limits, not the highest possible ones.</summary>
    [Theory]
    [InlineData("""{"Tasks":{"t":{"Options":{"Description":"0123456789A"}}}}""", "OrleansTasks:Tasks:t:Options:Description: ")]
    [InlineData("""{"Tasks":{"t":{"Options":{"Tags":["a","b"]}}}}""", "OrleansTasks:Tasks:t:Options:Tags: ")]
    [InlineData("""{"Tasks":{"t":{"Args":["0123456789A"]}}}""", "OrleansTasks:Tasks:t:Args: The arguments has ")]
    [InlineData("""{"Tasks":{"t":{"Headers":{"a":"1","b":"2"}}}}""", "OrleansTasks:Tasks:t:Headers: There are 2 headers")]
    [InlineData("""{"Tasks":{"t":{"Headers":{"a":"0123456789A"}}}}""", "OrleansTasks:Tasks:t:Headers: The headers have ")]
    [InlineData("""{"Tasks":{"t":{"Options":{"Then":[{"Task":"u","Headers":{"a":"1","b":"2"}}]}}}}""",
        "OrleansTasks:Tasks:t:Options:Then: There are 2 headers")]
    [InlineData("""{"Tasks":{"t":{"Paused":{"Note":"0123456789A"}}}}""", "OrleansTasks:Tasks:t:Paused:Note: ")]
    [InlineData("""{"Calendars":{"c":{"Closed":["2030-01-01","2030-01-02"]}}}""", "OrleansTasks:Calendars:c")]
    [InlineData("""{"Calendars":{"c":{},"d":{}}}""", "OrleansTasks:Calendars: There are 2 business calendars; 1 are allowed")]
    public void Read_ValueBeyondTheHostsLimits_IsReportedWithItsPath(string json, string fault)
    {
        var host = new TasksOptions();
        (host.Limits.MaxDescriptionLength, host.Limits.MaxTags, host.Limits.MaxArgumentsSize, host.Limits.MaxHeaders,
            host.Limits.MaxHeadersSize) = (10, 1, 12, 1, 10);
        (host.Limits.MaxNoteLength, host.Limits.MaxCalendarDays, host.Limits.MaxCalendars) = (10, 1, 1);
        var all = $$"""{"OrleansTasks":{{json}}}""";

        Assert.Empty(Read(all, t => t.Define("t", (string n = "") => n)).Faults);
        Assert.StartsWith(fault, Assert.Single(Read(all, t => t.Define("t", (string n = "") => n), Options.Create(host)).Faults),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", false, false)]
    [InlineData("""{"OrleansTasks":{}}""", false, false)]
    [InlineData("""{"OrleansTasks":{"Options":{"MaxConcurrentRuns":8}}}""", false, false)]
    [InlineData("""{"OrleansTasks":{"Groups":{}}}""", false, true)]
    [InlineData("""{"OrleansTasks":{"tasks":{}}}""", true, true)]
    [InlineData("""{"OrleansTasks":{"Tasks":{"a":{}}}}""", true, true)]
    public void Read_MissingSection_DiffersFromAnEmptyOne(string json, bool tasks, bool anything)
    {
        var content = Read(json).Content;
        Assert.Equal((tasks, anything), (content.SaysTasks, content.SaysAnything));
    }

    [Fact]
    public void MissingAfter_FileRemoved_NamesItsSettings()
    {
        var before = Read("""{"OrleansTasks":{"Tasks":{"a":{},"b":{}},"Groups":{"g":{}}}}""").Content;
        Assert.StartsWith("OrleansTasks:Tasks: It is missing, but the configuration in force has 2 tasks",
            Read("""{"OrleansTasks":{"Groups":{"g":{}}}}""").Content.MissingAfter(before), StringComparison.Ordinal);
        Assert.Null(Read("""{"OrleansTasks":{"Tasks":{"a":{}}}}""").Content.MissingAfter(before));
        Assert.Null(Read("""{"OrleansTasks":{"Tasks":{}}}""").Content.MissingAfter(before));

        var groups = Read("""{"OrleansTasks":{"Groups":{"g":{}}}}""").Content;
        Assert.StartsWith("OrleansTasks: Groups and calendars are missing, but the configuration in force has 1",
            Read("{}").Content.MissingAfter(groups), StringComparison.Ordinal);
        Assert.Null(Read("""{"OrleansTasks":{"Groups":{}}}""").Content.MissingAfter(groups));
        Assert.Null(Read("{}").Content.MissingAfter(Read("{}").Content));
    }

    [Fact]
    public void Read_ATaskForWhichCodeTakesPrecedence_IsIgnored()
    {
        const string Json = """{"OrleansTasks":{"Tasks":{"a":{"Options":{"HistoryLength":9}},"b":{"Handler":"a"}}}}""";
        var reading = Read(Json, t => t.Define("a", () => { }).CodeWins("a"));
        Assert.Equal(["a"], reading.Content.Kept);
        Assert.Equal("b", Assert.Single(reading.Content.Tasks).Task.Name);
        Assert.Contains("'c'", Assert.Single(Read(Json, t => t.CodeWins("c")).Faults), StringComparison.Ordinal);
    }

    /// <summary>A silo that runs only some tasks still has the code of all, so it reads the same content as every other silo.</summary>
    [Fact]
    public void Read_OnASiloThatRunsOnlySomeTasks_KnowsAllDefinitionsInCode()
    {
        var section = SectionOf("""{"OrleansTasks":{"Tasks":{"REPORT":{"Options":{"Timeout":"00:00:10"}},"kept":{}}}}""");
        var rules = new ConfigurationRules();
        using var rig = new HandlerRig(t => t.Cron("0 9 * * *", "report", () => { }).Define("kept", () => { }));
        rules.Add(section);
        rules.CodeWins.Add("kept");
        var none = rig.Catalog.Only(NamePatterns.Parse("")).Only(NamePatterns.Parse("*"));
        Assert.Empty(none.Definitions);

        var reading = new ConfigurationReader(rules, none, Host).Read();

        Assert.Empty(reading.Faults);
        Assert.Equal(["kept"], reading.Content.Kept);
        Assert.Equal(new ConfigurationReader(rules, rig.Catalog, Host).Read().Content.Fingerprint, reading.Content.Fingerprint);
        Assert.Equal(TaskSchedule.Cron("0 9 * * *"), Assert.Single(reading.Content.Tasks).Task.Schedule);
    }

    [Fact]
    public void Read_Arguments_AreBooleansStringsAndLists()
    {
        var reading =
            Read("""{"OrleansTasks":{"Tasks":{"a":{"Args":[13,true,"x",[1,2],{"b":false}]},"b":{"Args":"[13, null, \"true\"]"}}}}""");
        Assert.Empty(reading.Faults);
        var tasks = reading.Content.Tasks.ToDictionary(t => t.Task.Name, t => Encoding.UTF8.GetString(t.Task.Arguments!.PositionalUtf8));
        Assert.Equal("""["13",true,"x",["1","2"],{"b":false}]""", tasks["a"]);
        Assert.Equal("""[13, null, "true"]""".Replace(" ", "", StringComparison.Ordinal),
            tasks["b"].Replace(" ", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Fingerprint_OfTheSameContentInAnotherOrder_IsTheSame()
    {
        var one =
            Read("""{"OrleansTasks":{"Tasks":{"a":{"Schedule":{"every":"00:01:00"}},"b":{"Paused":true}},"Groups":{"g":"""
                + """{"MaxConcurrentRuns":1},"h":{}}}}""").Content;
        var other =
            Read("""{"orleanstasks":{"GROUPS":{"h":{},"g":{"maxConcurrentRuns":"1"}},"tasks":{"b":{"paused":"true"},"a":{"schedule":"""
                + """{"EVERY":"PT60S"}}}}}""").Content;
        Assert.Equal(one.Fingerprint, other.Fingerprint);
        Assert.NotEqual(one.Fingerprint,
            Read("""{"OrleansTasks":{"Tasks":{"a":{"Schedule":{"every":"00:01:00"}},"b":{"Paused":false}},"Groups":{"g":"""
                + """{"MaxConcurrentRuns":1},"h":{}}}}""").Content.Fingerprint);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("AB", null, "AB")]
    [InlineData(null, "CD", "configuration:CD")]
    [InlineData("AB", "CD", "configuration:CD:AB")]
    public void DefinitionMark_OfBoth_RoundTrips(string? code, string? configuration, string? stored)
    {
        var mark = new DefinitionMark(code, configuration);
        Assert.Equal(stored, mark.ToString());
        Assert.Equal(mark, DefinitionMark.Of(stored));
    }

    internal static IConfigurationSection SectionOf(string json) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build().GetSection("OrleansTasks");

    internal static ConfigurationReading Read(string json, Action<TasksBuilder>? code = null, IOptions<TasksOptions>? host = null)
    {
        TasksBuilder? builder = null;
        using var rig = new HandlerRig(t =>
        {
            code?.Invoke(t);
            builder = t.FromConfiguration(SectionOf(json));
        });
        Assert.Empty(rig.Faults);
        return new ConfigurationReader(builder!.ConfigurationRules, rig.Catalog, host ?? Host).Read();
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
