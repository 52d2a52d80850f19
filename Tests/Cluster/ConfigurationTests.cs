using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using OrleansTasks.Calls;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests tasks from configuration, in a cluster whose silos reload the configuration while they run.</summary>
public sealed class ConfigurationTests
{
    private const int Invalid = 551;
    private const int InForce = 552;
    private const int NotTaken = 553;
    private const int NotKnown = 558;
    private const int Failing = 560;
    private const int Unexpected = 562;

    private const string First = """
        {
          "OrleansTasks": {
            "Tasks": {
              "report": { "Handler": "work", "Schedule": { "Cron": "0 9 * * *", "Calendar": "bank" }, "Options": { "Group": "mail" } },
              "clean": { "Handler": "work", "Schedule": { "Every": "01:00:00" }, "Paused": true },
              "work": { "Options": { "HistoryLength": 9 } }
            },
            "Groups": { "mail": { "MaxConcurrentRuns": 2 } },
            "Calendars": { "bank": { "Closed": [ "2026-03-03" ] }, "city": {} }
          }
        }
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Start_OfSilosWithTheSameFile_RegistersOnce()
    {
        var (file, logs) = (new ChangingFile(First), new LogWatch());
        await using var cluster = await TestCluster.StartAsync(2, (t, _) => Code(t, file), storage: new SharedStorage(), logs: logs);
        await AssertFirstAsync(cluster);

        await cluster.Client.GetTask("report").UpdateAsync(r => r with { Options = new TaskOptions { HistoryLength = 7 } }, ct: Stop);
        await cluster.AddSiloAsync();
        await logs.UntilAsync(InForce, 3);
        Assert.Equal((2, 7), await OfAsync(cluster, "report", static t => (t.Revision, t.Options.HistoryLength)));
        Assert.Equal((1, TaskState.Paused), await OfAsync(cluster, "clean", static t => (t.Revision, t.State)));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Change_OfTheFile_AddsChangesResumesAndRemoves()
    {
        var (file, logs) = (new ChangingFile(First), new LogWatch());
        await using var cluster = await TestCluster.StartAsync(2, (t, _) => Code(t, file), logs: logs);
        await AssertFirstAsync(cluster);
        await cluster.Client.ScheduleAsync(new TaskRegistration { Name = "by-hand", Handler = "work" }, Stop);

        // If any part of the file is invalid, none of it is applied.
        file.Set(
            First.Replace("0 9 * * *", "0 25 * * *", StringComparison.Ordinal)
                .Replace("\"Paused\": true", "\"Paused\": false", StringComparison.Ordinal));
        await logs.UntilAsync(Invalid, 2);
        file.Set(
            First.Replace("\"Calendar\": \"bank\"", "\"Calendar\": \"moon\"", StringComparison.Ordinal)
                .Replace("\"Paused\": true", "\"Paused\": false", StringComparison.Ordinal));
        await logs.UntilAsync(Invalid, 4);
        await AssertFirstAsync(cluster);

        file.Set("""
            {
              "OrleansTasks": {
                "Tasks": {
                  "clean": { "Handler": "work", "Schedule": { "Every": "01:00:00" } },
                  "mail": { "Handler": "work", "Schedule": { "Every": "00:30:00" } }
                }
              }
            }
            """);
        await logs.UntilAsync(InForce, 4);
        Assert.Equal(TaskState.Cancelled, await OfAsync(cluster, "report", static t => t.State));
        Assert.Equal(TaskState.Active, await OfAsync(cluster, "clean", static t => t.State));
        Assert.Equal((TaskState.Active, true), await OfAsync(cluster, "mail", static t => (t.State, t.DefinedInConfiguration)));
        Assert.Equal((TaskState.Active, false), await OfAsync(cluster, "by-hand", static t => (t.State, t.DefinedInConfiguration)));
        Assert.Equal((256, true, false),
            await OfAsync(cluster, "work", static t => (t.Options.HistoryLength, t.DefinedInCode, t.DefinedInConfiguration)));
        Assert.Null((await cluster.Client.GetGroupAsync("mail", Stop)).Limits.MaxConcurrentRuns);
        Assert.Empty(await cluster.Client.GetCalendarsAsync(Stop));
        Assert.Equal("configuration", (await cluster.Client.GetTask("report").DescribeAsync(Stop)).Changes![0].By);
        Assert.Equal(4, logs.Count(Invalid));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Change_ToAFileThatIsGone_CancelsNothing()
    {
        var (file, logs) = (new ChangingFile(First), new LogWatch());
        await using var cluster = await TestCluster.StartAsync(2, (t, _) => Code(t, file), logs: logs);
        file.Set("{}");
        await logs.UntilAsync(Invalid, 2);
        await AssertFirstAsync(cluster);

        file.Set("""{ "OrleansTasks": { "Tasks": {} } }""");
        await logs.UntilAsync(InForce, 3);
        Assert.Equal((TaskState.Cancelled, TaskState.Cancelled),
            (await OfAsync(cluster, "report", static t => t.State), await OfAsync(cluster, "clean", static t => t.State)));
        Assert.Equal((TaskState.Active, 256), await OfAsync(cluster, "work", static t => (t.State, t.Options.HistoryLength)));
    }

    /// <summary>
    /// Silos with the same code and the same file read the same configuration, even if they run different tasks. A silo must not treat a
    /// task that it does not run as a task without code.
    /// </summary>
    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Change_OnSilosThatRunOnlySomeTasks_RestoresDefinitionsFromCode()
    {
        var (file, logs, number) = (new ChangingFile(First), new LogWatch(), -1);
        await using var cluster = await TestCluster.StartAsync(2, (t, _) => Code(t, file),
            options: o => o.RunsTasks = Interlocked.Increment(ref number) == 0 ? "*" : "", logs: logs);
        await AssertFirstAsync(cluster);
        file.Set("""{ "OrleansTasks": { "Tasks": { "report": { "Handler": "work" } } } }""");
        await logs.UntilAsync(InForce, 4);
        Assert.Equal((TaskState.Active, 256, true, false),
            await OfAsync(cluster, "work", static t => (t.State, t.Options.HistoryLength, t.DefinedInCode, t.DefinedInConfiguration)));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Start_SilosWithSeveralVersions_AppliesTheHighestOnce()
    {
        var logs = new LogWatch();
        var files = new[] { Versioned(1), Versioned(2), Versioned(1), Versioned(2) };
        await using var cluster = await TestCluster.StartAsync(2, (t, silo) => Code(t, files[silo]), storage: new SharedStorage(),
            logs: logs);
        await AssertVersionAsync();
        await cluster.AddSiloAsync();
        await logs.UntilAsync(NotTaken, 1);
        await AssertVersionAsync();
        var revision = await OfAsync(cluster, "v", static t => t.Revision);
        await cluster.AddSiloAsync();
        await AssertVersionAsync();
        Assert.Equal(revision, await OfAsync(cluster, "v", static t => t.Revision));

        async Task AssertVersionAsync() => Assert.Equal("version 2", await OfAsync(cluster, "v", static t => t.Options.Description));

        static ChangingFile Versioned(int version) =>
            new($$"""
            {
              "OrleansTasks": {
                "Version": {{version}},
                "Tasks": { "v": { "Handler": "work", "Options": { "Description": "version {{version}}" } } }
              }
            }
            """);
    }

    /// <summary>The partitions are on a silo that does not support configuration, as in a rolling deployment.</summary>
    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Start_BesideASiloOfAnEarlierVersion_ReportsItAndAppliesConfigurationLater()
    {
        var (file, logs, number) = (new ChangingFile(First), new LogWatch(), -1);
        await using var cluster = await TestCluster.StartAsync(
            1,
            (t, silo) =>
                _ = silo == 0 ? t.Define("work", static () => { }) : t.Define("work", static () => { }).FromConfiguration(file.Section),
            services: s =>
            {
                if (Interlocked.Increment(ref number) == 0)
                {
                    EarlierVersion.Lack(s, typeof(IPartition), "BeginConfiguration");
                }
            },
            storage: new SharedStorage(),
            logs: logs);
        await cluster.AddSiloAsync();
        await logs.UntilAsync(NotKnown, 1);
        Assert.Equal((0, 0, 0), (logs.Count(InForce), logs.Count(Failing), logs.Count(Unexpected)));

        await cluster.StopSiloAsync(cluster.Silos[0]);
        await logs.UntilAsync(InForce, 1);
        Assert.Equal((TaskState.Paused, true), await OfAsync(cluster, "clean", static t => (t.State, t.DefinedInConfiguration)));
        Assert.Equal((9, true, true),
            await OfAsync(cluster, "work", static t => (t.Options.HistoryLength, t.DefinedInCode, t.DefinedInConfiguration)));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Start_WithAFaultyFile_IsOneErrorThatListsAllPaths()
    {
        var e = await Assert.ThrowsAsync<OrleansConfigurationException>(() => StartHostAsync(
            """{"OrleansTasks":{"Tasks":{"report":{"Schedule":{"cron":"x"},"Options":{"Timeout":"y"}}},"Options":{"MaxConcurrentRuns":"""
                + """0}}}"""));
        Assert.Contains("because of 3 fault(s):", e.Message, StringComparison.Ordinal);
        Assert.Contains(" - OrleansTasks:Tasks:report:Schedule:cron: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(" - OrleansTasks:Tasks:report:Options:Timeout: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(" - OrleansTasks:Options:MaxConcurrentRuns: ", e.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Start_UnknownCalendar_NamesThePath()
    {
        var e =
            await Assert.ThrowsAnyAsync<Exception>(
                () => StartHostAsync(
                    """{"OrleansTasks":{"Tasks":{"report":{"Handler":"work","Schedule":{"every":"1.00:00:00","calendar":"moon"}}}}}"""));
        Assert.Contains("OrleansTasks:Tasks:report:Schedule: There is no business calendar 'moon'.", e.ToString(),
            StringComparison.Ordinal);
    }

    private static void Code(TasksBuilder tasks, ChangingFile file) =>
        tasks.Define("work", static () => { }).FromConfiguration(file.Section);

    private static async Task AssertFirstAsync(TestCluster cluster)
    {
        Assert.Equal((1, TaskSchedule.Cron("0 9 * * *").OnOpenDays("bank"), "mail"),
            await OfAsync(cluster, "report", static t => (t.Revision, t.Schedule, t.Options.Group)));
        Assert.Equal((1, TaskState.Paused, "configuration"),
            await OfAsync(cluster, "clean", static t => (t.Revision, t.State, t.PausedBy)));
        Assert.Equal((1, 9, true, true),
            await OfAsync(cluster, "work", static t => (t.Revision, t.Options.HistoryLength, t.DefinedInCode, t.DefinedInConfiguration)));
        Assert.Equal(2, (await cluster.Client.GetGroupAsync("mail", Stop)).Limits.MaxConcurrentRuns);
        Assert.Equal(2, (await cluster.Client.GetCalendarsAsync(Stop)).Count);
    }

    private static async Task<T> OfAsync<T>(TestCluster cluster, string task, Func<TaskInfo, T> what) =>
        what(await cluster.Client.GetTask(task).DescribeAsync(Stop));

    private static async Task StartHostAsync(string json)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(
            silo =>
                silo.UseLocalhostClustering(Ports.Take(), Ports.Take()).UseInMemoryTasks().AddTasks(t => Code(t, new ChangingFile(json))));
        using var host = builder.Build();
        await host.StartAsync(Stop);
    }

    /// <summary>Represents a configuration file that changes while silos read it.</summary>
    private sealed class ChangingFile : ConfigurationProvider, IConfigurationSource
    {
        private readonly IConfigurationRoot _root;

        public ChangingFile(string json)
        {
            Data = Read(json);
            _root = new ConfigurationBuilder().Add(this).Build();
        }

        public IConfigurationSection Section => _root.GetSection("OrleansTasks");

        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        public void Set(string json)
        {
            Data = Read(json);
            OnReload();
        }

        private static Dictionary<string, string?> Read(string json)
        {
            var read = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
            return new Dictionary<string, string?>(read.AsEnumerable(), StringComparer.OrdinalIgnoreCase);
        }
    }
}
