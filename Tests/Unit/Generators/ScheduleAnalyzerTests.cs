namespace OrleansTasks.Tests.Unit;

public sealed class ScheduleAnalyzerTests
{
    public static TheoryData<string> CronExpressions =>
    [
        "61 * * * *", "* * * *", "", "0 0 30 2 *", "0 9 * * MON-FRY", "0 9 31 4,6 *", "H(5-70) * * * *", "H/99 * * * *", "0 9 L, * *",
        "0 0 0 1 1 ? 2600", "TZ= * * * * *",
        "TZ=Mars/Olympus 0 9 * * *", "CRON_TZ=Europe/Berlin", "0 9 15W * MON#1,", "* * * * * * * *", "\u001b[31m", "0 9 * * MON-FRI",
        "H 3 * * *", "@hourly", "TZ=Europe/Berlin 0 9 L * *", "0 0 0 1 1 ? 2027/2",
    ];

    public static TheoryData<string> Rules =>
    [
        "FREQ=NEVER", "", "FREQ=DAILY;", "FREQ=WEEKLY;BYMONTHDAY=1", "FREQ=MONTHLY;BYDAY=6FR", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;BYHOUR=24",
        "FREQ=YEARLY;BYEASTER=1", "INTERVAL=2", "FREQ=DAILY;UNTIL=soon",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYDAY=-1FR", "RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10",
    ];

    [Theory]
    [MemberData(nameof(CronExpressions))]
    public async Task Cron_AnyExpression_IsRejectedExactlyAsByTheLibrary(string expression)
    {
        var expected = Message(() => TaskSchedule.Cron(expression));
        var literal = Microsoft.CodeAnalysis.CSharp.SymbolDisplay.FormatLiteral(expression, quote: true);
        var said = await Analysis.OfAsync($$"""
            public static class C
            {
                [Task("a"), Cron({{literal}})] public static void A() { }
                public static object B() => TaskSchedule.Cron({{literal}});
                public static void D(TasksBuilder tasks) => tasks.Cron({{literal}}, "b", () => { });
            }
            """);

        Assert.Equal(expected is null ? [] : [expected, expected, expected], said.Select(static d => d.GetMessage()));
        Assert.All(said, static d => Assert.True(d.Id is "OTASK001" or "OTASK003", d.Id));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Rule_AnyRule_IsRejectedExactlyAsByTheLibrary(string rule)
    {
        var expected = Message(() => TaskSchedule.Calendar(rule, new DateTime(2026, 1, 1, 9, 0, 0), "Europe/Berlin"));
        var said = await Analysis.OfAsync($$"""
            public static class C
            {
                [Task("a"), Calendar("{{rule}}", Start = "2026-01-01T09:00:00", TimeZone = "Europe/Berlin")] public static void A() { }
                public static object B() => TaskSchedule.Calendar("{{rule}}", new DateTime(2026, 1, 1, 9, 0, 0), "Europe/Berlin");
            }
            """);

        Assert.Equal(expected is null ? [] : [expected, expected], said.Select(static d => d.GetMessage()));
        Assert.All(said, static d => Assert.Equal("OTASK002", d.Id));
    }

    [Theory]
    [InlineData("Europe/Berlim", " Did you mean Europe/Berlin?")]
    [InlineData("Nowhere at all", "")]
    public async Task Zone_Unknown_IsRejectedWithTheLibrarysMessage(string zone, string more)
    {
        var expected = Message(() => TaskSchedule.Cron("0 9 * * *", zone)) + more;
        var said = await Analysis.OfAsync($$"""
            public static class C
            {
                [Task("a"), Cron("0 9 * * *", TimeZone = "{{zone}}")] public static void A() { }
                public static object B() => TaskSchedule.Cron("0 9 * * *", "{{zone}}");
                public static object D() => TaskSchedule.At(new DateTime(2027, 1, 1), "{{zone}}");
                public static object E() => TaskSchedule.EveryMonths(1, timeZone: "{{zone}}");
                public static void F(TasksBuilder tasks) => tasks.Cron("0 9 * * *", "b", () => { }, timeZone: "{{zone}}");
                public static object G() => TaskSchedule.Calendar("FREQ=DAILY", timeZone: "{{zone}}");
            }
            """);

        Assert.Equal(Enumerable.Repeat(expected, 6), said.Select(static d => d.GetMessage()));
        Assert.All(said, static d => Assert.Equal("OTASK003", d.Id));
    }

    [Theory]
    [InlineData("tasks.Microseconds(1, \"a\", () => { })")]
    [InlineData("tasks.Milliseconds(0.5, () => { })")]
    [InlineData("tasks.Days(40000, \"a\", () => { })")]
    [InlineData("tasks.Every(TimeSpan.Zero, \"a\", () => { })")]
    [InlineData("tasks.Schedule(\"a\", TaskSchedule.Every(TimeSpan.FromMicroseconds(10)), () => { })")]
    public async Task Period_OutOfRange_IsRefused(string call) =>
        Assert.Equal("OTASK004",
            Assert.Single(await Analysis.OfAsync($"public static class C {{ public static void D(TasksBuilder tasks) => {call}; }}")).Id);

    [Fact]
    public async Task Schedules_ValidOrKnownOnlyAtRunTime_AreAccepted()
    {
        Assert.Empty(await Analysis.OfAsync("""
            public static class C
            {
                private const string Nightly = "0 3 * * *";
                public static void D(TasksBuilder tasks, string given, string zone) => tasks
                    .Cron(Nightly, "a", () => { }).Cron(given, "b", () => { })
                    .Cron(Nightly, () => { }, zone).Cron("0 9 * * *", "c", () => { }, null)
                    .Seconds(1, "d", () => { }).Every(TimeSpan.FromDays(1), "e", () => { }).Milliseconds(1, "f", () => { })
                    .Schedule(
                        "g", TaskSchedule.Calendar("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", include: [new DateTime(2027, 1, 1)]), () => { })
                    .Schedule("h", TaskSchedule.Any(
                        TaskSchedule.Cron("0 9 13 * FRI", null, CronDays.Either),
                        TaskSchedule.At(new DateTime(2027, 1, 1), "Europe/Berlin")), () => { });
            }
            """));
    }

    private static string? Message(Func<TaskSchedule> make)
    {
        try
        {
            make();
            return null;
        }
        catch (InvalidTaskException e)
        {
            return e.Message;
        }
    }
}
