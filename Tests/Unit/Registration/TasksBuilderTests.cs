using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansTasks.Handlers;

namespace OrleansTasks.Tests.Unit;

public sealed class TasksBuilderTests
{
    public interface IReports
    {
        Task SendAsync(CancellationToken stop);
    }

    private sealed class Reports : IReports
    {
        public Task SendAsync(CancellationToken stop) => Task.CompletedTask;
    }

    [Fact]
    public void Build_TheSnippetsOfTheDocumentation_CreateTheirTasks()
    {
        var handler = () => { };
        using var rig = new HandlerRig(
            tasks =>
            {
                tasks.Define("fibonacci", (int n) => Fibonacci(n));
                tasks.Once((Todo todo) => Console.WriteLine(todo.Text), delay: TimeSpan.FromSeconds(3));
                tasks.Seconds(1, "tick",
                    (TaskRunContext run, ILogger<TasksBuilderTests> log) => log.LogInformation("{Attempt}", run.Attempt));
                tasks.Minutes(3, "greet", (string message) => Console.WriteLine(message), arguments: ["Hello, world!"]);
                tasks.Cron("0 9 * * MON-FRI", "report", async (IReports reports, CancellationToken stop) => await reports.SendAsync(stop),
                    timeZone: "Europe/Berlin");
                tasks.Schedule("clean", TaskSchedule.Every(TimeSpan.FromHours(1)), handler, new TaskOptions { HistoryLength = 3 });
                tasks.Define<ClassHandlerTests.SendMail>("send-email");
            },
            s => s.AddSingleton(new Todo("write tests")).AddSingleton<IReports, Reports>().AddSingleton<ClassHandlerTests.Journal>()
                .AddSingleton<IGreeter>(new Greeter()));

        Assert.Empty(rig.Faults);
        Assert.Equal(7, rig.Catalog.Names.Count());
        var definitions = rig.Catalog.Definitions.ToDictionary(d => d.Name);
        var once = Assert.Single(rig.Catalog.Definitions, d => d.EachClusterStart);
        Assert.Equal(TaskSchedule.After(TimeSpan.FromSeconds(3)), once.Schedule);
        Assert.Null(definitions["fibonacci"].Schedule);
        Assert.Equal(TaskSchedule.Every(TimeSpan.FromSeconds(1)), definitions["tick"].Schedule);
        Assert.Equal(["Hello, world!"], definitions["greet"].Arguments);
        Assert.Equal(TaskSchedule.Cron("0 9 * * MON-FRI", "Europe/Berlin"), definitions["report"].Schedule);
        Assert.Equal(3, definitions["clean"].Options.HistoryLength);
        Assert.All(rig.Catalog.Definitions, d => Assert.Equal(d.Name, d.Handler));
    }

    [Fact]
    public void Periods_EveryUnitWithAndWithoutAName_IsThatPeriod()
    {
        var builder = new TasksBuilder();
        var code = () => { };
        builder.Days(2, "d", code).Hours(2, "h", code).Minutes(2, "m", code).Seconds(0.5, "s", code).Milliseconds(2, "ms", code)
            .Microseconds(2000, "us", code);
        builder.Every(TimeSpan.FromSeconds(7), "e", code);
        builder.Days(2, code).Hours(2, code).Minutes(2, code).Seconds(0.5, code).Milliseconds(2, code).Microseconds(2000, code)
            .Every(TimeSpan.FromSeconds(7), code);

        Assert.Empty(builder.Faults);
        var catalog = Build(builder);
        TimeSpan[] periods =
        [
            TimeSpan.FromDays(2), TimeSpan.FromHours(2), TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(0.5), TimeSpan.FromMilliseconds(2),
            TimeSpan.FromMilliseconds(2), TimeSpan.FromSeconds(7),
        ];
        Assert.Equal([.. periods, .. periods], catalog.Definitions.Select(d => ((EverySchedule)d.Schedule!).Interval));
    }

    [Fact]
    public void Faults_BadNamesSchedulesAndOptions_AreAllCollected()
    {
        var builder = new TasksBuilder();
        builder.Define("a/b", () => 1);
        builder.Microseconds(500, "fast", () => 1);
        builder.Milliseconds(double.NaN, "nan", () => 1);
        builder.Days(1e300, "long", () => 1);
        builder.Cron("nonsense", "cron", () => 1, timeZone: "Europe/Berlin");
        builder.Cron("* * * * *", "zone", () => 1, timeZone: "Mars/Olympus");
        builder.Once(() => 1, delay: TimeSpan.FromSeconds(-1), name: "past");
        builder.Define("options", () => 1, new TaskOptions { HistoryLength = 0, Timeout = TimeSpan.Zero });
        builder.Schedule("ok", TaskSchedule.Every(TimeSpan.FromDays(1)), "no/handler");
        builder.Define("twice", () => 1).Define("twice", () => 2);
        builder.Schedule("again", TaskSchedule.Every(TimeSpan.FromDays(1)), "x")
            .Schedule("again", TaskSchedule.Every(TimeSpan.FromDays(2)), "x");

        Assert.Collection(
            builder.Faults,
            f => Assert.Equal("The task name has the character U+002F at position 1, which is not allowed in names. Remove it.", f),
            f => Assert.Equal("Task 'fast': A period of 0.5 ms is too short: at least 1 ms are needed.", f),
            f => Assert.StartsWith("Task 'nan': The period is no duration: ", f, StringComparison.Ordinal),
            f => Assert.StartsWith("Task 'long': The period is no duration: ", f, StringComparison.Ordinal),
            f => Assert.StartsWith("Task 'cron': The cron expression 'nonsense' is not valid: ", f, StringComparison.Ordinal),
            f => Assert.StartsWith("Task 'zone': The time zone 'Mars/Olympus' is not known", f, StringComparison.Ordinal),
            f => Assert.Equal("Task 'past': A delay of -1000 ms is too short: at least 0 ms are needed.", f),
            f => Assert.StartsWith("Task 'options': Options.Timeout", f, StringComparison.Ordinal),
            f => Assert.StartsWith("Task 'options': Options.HistoryLength", f, StringComparison.Ordinal),
            f => Assert.StartsWith("Task 'ok', handler: The task name has", f, StringComparison.Ordinal),
            f => Assert.StartsWith("Task 'twice' is defined twice with different handlers", f, StringComparison.Ordinal),
            f => Assert.StartsWith("Task 'again': it is defined twice with different schedules", f, StringComparison.Ordinal));
    }

    [Fact]
    public void Define_TheSameTwice_IsOneTask()
    {
        var builder = new TasksBuilder();
        for (var i = 0; i < 2; i++)
        {
            builder.Seconds(1, "tick", Tick, arguments: ["x"]).Define<ClassHandlerTests.Square>("square");
        }

        Assert.Empty(builder.Faults);
        Assert.Equal(["tick", "square"], Build(builder).Definitions.Select(d => d.Name));
    }

    [Fact]
    public void Schedule_FurtherTaskOnAHandler_HasItsHandlersName()
    {
        var builder = new TasksBuilder();
        builder.Define("report", (string city) => city);
        builder.Schedule("report-berlin", TaskSchedule.Cron("@daily"), "report", arguments: ["Berlin"]);

        var definition = Build(builder).Definitions[1];

        Assert.Equal(("report-berlin", "report"), (definition.Name, definition.Handler));
    }

    [Fact]
    public void Build_ScheduleWithUnfittingArguments_IsAFault()
    {
        using var rig = new HandlerRig(b => b
            .Seconds(1, "missing", (int n) => n)
            .Schedule("wrong", TaskSchedule.Every(TimeSpan.FromDays(1)), "missing", arguments: ["x"])
            .Every<ClassHandlerTests.Square>(TimeSpan.FromDays(1), "square")
            .Schedule("elsewhere", TaskSchedule.Every(TimeSpan.FromDays(1)), "of another silo", arguments: ["x"]));

        Assert.Equal(
            [
                "Task 'missing', scheduled runs: The argument 'n' (int) is missing: the task 'missing' needs it.",
                "Task 'wrong', scheduled runs: The argument 'n' (int) does not fit: the JSON string \"x\" was given.",
                "Task 'square', scheduled runs: The argument 'n' (int) is missing: the task 'square' needs it.",
            ],
            rig.Faults);
    }

    [Fact]
    public void ClassHandlers_OnSchedules_AreDefined()
    {
        var builder = new TasksBuilder();
        builder.Every<ClassHandlerTests.Square>(TimeSpan.FromDays(1), "a", [2]);
        builder.Cron<ClassHandlerTests.Square>("@hourly", "b", arguments: [2]);
        builder.Schedule<ClassHandlerTests.Square>("c", TaskSchedule.At(DateTimeOffset.UnixEpoch), arguments: [2]);

        Assert.Empty(builder.Faults);
        Assert.Equal(["a", "b", "c"], Build(builder).Names);
    }

    [Fact]
    public void Once_OnlyOnce_IsNotRepeatedAtEachClusterStart()
    {
        var builder = new TasksBuilder();
        builder.Once(() => { }, name: "each");
        builder.Once(() => { }, name: "ever", onlyOnce: true, delay: TimeSpan.FromMinutes(1));

        var definitions = Build(builder).Definitions;

        Assert.Equal([true, false], definitions.Select(d => d.EachClusterStart));
        Assert.Equal([TaskSchedule.After(TimeSpan.Zero), TaskSchedule.After(TimeSpan.FromMinutes(1))], definitions.Select(d => d.Schedule));
    }

    [Fact]
    public void GeneratedNames_TheSameCodeAgain_GivesTheSameNames()
    {
        var first = Build(Anonymous(new TasksBuilder())).Names.ToArray();
        var second = Build(Anonymous(new TasksBuilder())).Names.ToArray();

        Assert.Equal(first, second);
        Assert.Equal(first, first.Distinct());
        Assert.All(first, n => Assert.Null(TaskNames.Fault(n)));
    }

    /// <summary>A change here renames every user's anonymous tasks, and their schedules would start again.</summary>
    [Fact]
    public void GeneratedNames_OfKnownCode_ArePinned()
    {
        Assert.Equal(
            [
                "once-58717abd",
                "once-after-3-seconds-8bb1ae2a",
                "every-second-ad3c1d2d",
                "every-second-ad3c1d2d-2",
                "every-second-977d5cb0",
                "every-3-minutes-Tick-387f2145",
                "every-3-minutes-Local-27cf6fc1",
                "cron-x-5-0-3-x-MON-1-Europe-Berlin-8f98ed65",
            ],
            Build(Anonymous(new TasksBuilder())).Names);
    }

    private static TasksBuilder Anonymous(TasksBuilder builder)
    {
        void Local()
        {
        }

        return builder
            .Once(() => { })
            .Once(() => { }, TimeSpan.FromSeconds(3))
            .Seconds(1, () => { })
            .Seconds(1, () => { })
            .Seconds(1, () => 1)
            .Minutes(3, Tick, arguments: ["x"])
            .Minutes(3, Local)
            .Cron("*/5 0-3 ? * MON#1", () => { }, timeZone: "Europe/Berlin");
    }

    private static HandlerCatalog Build(TasksBuilder builder)
    {
        using var services = new ServiceCollection().BuildServiceProvider();
        var faults = new List<string>();
        var catalog = builder.Build(services, faults);
        Assert.Empty(faults);
        return catalog;
    }

    private static void Tick(string what) => Console.WriteLine(what);

    private static long Fibonacci(int n) => n < 2 ? n : Fibonacci(n - 1) + Fibonacci(n - 2);
}
