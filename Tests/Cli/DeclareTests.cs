namespace OrleansTasks.Tests.Cli;

public sealed class DeclareTests(TestSilo silo) : IDisposable
{
    private const string Shop = """
        set: shop
        calendars:
          bank: { timeZone: Europe/Berlin, closed: [2030-04-19], openHours: [{ from: "08:00", to: "18:00" }] }
        groups:
          mail: { maxConcurrentRuns: 2, rateLimit: { runs: 100, period: 00:01:00 } }
        tasks:
          shop-nightly:
            handler: add
            schedule: { cron: "0 3 * * *", timeZone: Europe/Berlin, calendar: bank, closedDays: next }
            args: [13, 1]
            headers: { tenant: acme }
            options: { timeout: 00:05:00, tags: [a], group: mail, retry: { maxAttempts: 3 } }
          shop-often:
            handler: echo
            schedule: { every: 00:10:00, jitter: 00:01:00, maxRuns: 500 }
            named: { text: "007" }
            paused: { note: not yet }
          shop-spread:
            handler: echo
            schedule: { cron: "H H * * *" }
            args: [yes]
          shop-mixed:
            handler: echo
            schedule: { any: [ { every: PT1H }, { rrule: "FREQ=MONTHLY;BYDAY=-1FR" } ], except: [ { cron: "0 0 1 1 *" } ] }
            args: [x]
        """;

    private readonly Tool _tool = new(silo);

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task Apply_OfAFile_IsIdempotentShowsDifferencesAndPrunes()
    {
        var file = _tool.File("shop.yaml", Shop);
        var refused = await _tool.RunAsync("apply", "-f", file);
        Assert.Equal(2, refused.Code);
        Assert.Contains("use --yes", refused.Error, StringComparison.Ordinal);
        Assert.Contains("6 to create", (await _tool.RunAsync("apply", "-f", file, "--dry-run")).Done(), StringComparison.Ordinal);
        Assert.Contains("7 changes were made.", (await _tool.RunAsync("apply", "-f", file, "--yes")).Done(), StringComparison.Ordinal);
        Assert.Equal("0 to create, 0 to change, 0 to pause or resume, 0 to cancel, 6 unchanged.\n",
            (await _tool.RunAsync("apply", "-f", file, "--yes", "--prune")).Done());
        Assert.Equal(TaskState.Paused,
            (await silo.Client.GetTask("shop-often").DescribeAsync(TestContext.Current.CancellationToken)).State);

        // The export equals the file that was applied.
        var export = _tool.File("export.json");
        (await _tool.RunAsync("export", "--set", "shop", "-f", export)).Done();
        Assert.Equal("0 to create, 0 to change, 0 to pause or resume, 0 to cancel, 6 unchanged.\n",
            (await _tool.RunAsync("apply", "-f", export, "--yes", "--prune")).Done());

        file = _tool.File("shop.yaml",
            Shop.Replace("0 3 * * *", "0 4 * * *", StringComparison.Ordinal)
                .Replace("shop-spread", "shop-other", StringComparison.Ordinal));
        var plan = (await _tool.RunAsync("apply", "-f", file, "--yes", "--prune")).Done();
        Assert.Contains("""    schedule.cron: "0 3 * * *" -> "0 4 * * *" """.TrimEnd(), plan, StringComparison.Ordinal);
        Assert.Contains("+ create task shop-other\n", plan, StringComparison.Ordinal);
        Assert.Contains("- cancel task shop-spread\n", plan, StringComparison.Ordinal);
        Assert.Equal(TaskState.Cancelled,
            (await silo.Client.GetTask("shop-spread").DescribeAsync(TestContext.Current.CancellationToken)).State);
        Assert.Contains("it was cancelled, and is revived",
            (await _tool.RunAsync("apply", "-f", _tool.File("shop.yaml", Shop), "--yes", "--prune")).Done(), StringComparison.Ordinal);
        (await _tool.RunAsync("apply", "-f", _tool.File("shop.yaml", "{set: shop, tasks: {}}"), "--yes", "--prune")).Done();
        Assert.Equal("set: shop\ntasks: {}\n", (await _tool.RunAsync("export", "--set", "shop")).Done());
    }

    [Fact]
    public async Task Export_AfterARetryOfManyRuns_LeavesOutTheTaskOfTheEngine()
    {
        var stop = TestContext.Current.CancellationToken;
        var ended = await silo.Client.DispatchAsync("add", [1, 2], ct: stop);
        await silo.Client.WaitAsync(ended, ct: stop);
        await silo.Client.WaitAsync(await silo.Client.RetryAllAsync(RunSelection.Of([ended]), ct: stop), ct: stop);

        var export = (await _tool.RunAsync("export", "--all")).Done();

        Assert.Contains("  add:", export, StringComparison.Ordinal);
        Assert.DoesNotContain("orleanstasks.", export, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tasks: { bad-1: { handler: add, schedule: { cron: '61 * * * *' } } }", "tasks.bad-1.schedule: ")]
    [InlineData("tasks: { bad-1: { handler: add, optoins: {} } }", "tasks.bad-1.optoins: This name is not known")]
    [InlineData("tasks: { bad-1: { handler: add, options: { timeuot: PT1S } } }", "tasks.bad-1.options")]
    [InlineData("tasks: { bad-1: { handler: add, schedule: { every: 5 } } }", "tasks.bad-1.schedule: ")]
    [InlineData("tasks: { bad-1: { handler: add, schedule: { after: PT5S } } }", "Use 'at' instead")]
    [InlineData("tasks: { bad-1: { handler: nobody } }", "No silo has a handler named 'nobody'")]
    [InlineData("tasks: { bad-1: { handler: add, args: [1,2,3] } }", "3 arguments are given; 'add' takes at most 2")]
    [InlineData("tasks: { bad-1: { handler: add, named: { c: 1 } } }", "has no parameter 'c'; it has a, b")]
    [InlineData("tasks: { bad-1: { handler: add, args: [1], schedule: { every: PT1H } } }", "requires the argument 'b'")]
    [InlineData("tasks: { bad-1: { handler: report, schedule: { cron: '0 9 * * *', calendar: nix } } }",
        "There is no business calendar 'nix'")]
    [InlineData("tasks: { bad-1: 5 }", "tasks.bad-1: the value must be an object")]
    [InlineData("groups: { g: { maxConcurrentRuns: 0 } }", "groups.g: ")]
    [InlineData("options: { maxConcurrentRuns: 5 }", "options: This name is not known")]
    [InlineData("[1]", "members such as 'tasks'")]
    [InlineData("a: b: c", "line 1")]
    [InlineData("{ tasks: { a: {}, a: {} } }", "line 1")]
    public async Task Apply_FaultyFile_FailsBeforeAnyChange(string text, string says)
    {
        var ended = await _tool.RunAsync("apply", "--yes", "-f",
            _tool.File("faulty.yaml",
                text.StartsWith("tasks: {", StringComparison.Ordinal) ? text[..^1] + ", good-1: { handler: report } }" : text));
        Assert.Equal(2, ended.Code);
        Assert.Contains(says, ended.Error, StringComparison.Ordinal);
        Assert.Equal(4, (await _tool.RunAsync("show", "good-1")).Code);
    }

    [Fact]
    public async Task Apply_OnATerminal_AsksFirst()
    {
        var file = _tool.File("ask.yaml", "tasks: { asked: { handler: report } }");
        _tool.IsTerminal = true;
        _tool.Input = "n\n";
        var ended = await _tool.RunAsync("apply", "-f", file);
        Assert.Equal(1, ended.Code);
        Assert.Contains("[y/N]", ended.Error, StringComparison.Ordinal);
        Assert.Equal(4, (await _tool.RunAsync("show", "asked")).Code);
        _tool.Input = "y\n";
        (await _tool.RunAsync("apply", "-f", file)).Done();
        (await _tool.RunAsync("cancel", "--task", "asked")).Done();
    }

    [Fact]
    public async Task Apply_Configuration_UsesItsNames()
    {
        const string configuration =
            """{ "OrleansTasks": { "Tasks": { "configured": { "Handler": "echo", "Schedule": { "Cron": "0 9 * * MON-FRI","""
                + """ "TimeZone": "Europe/Berlin" }, "Args": ["x"], "Options": { "Overlap": "skip", "Retry": { "MaxAttempts": 3 } } } """
                + """} } }""";
        _tool.Input = configuration;
        Assert.Contains("1 change was made.", (await _tool.RunAsync("apply", "-f", "-", "--yes")).Done(), StringComparison.Ordinal);
        Assert.Contains("0 to create, 0 to change",
            (await _tool.RunAsync("apply", "-f", _tool.File("c.json", configuration), "--yes")).Done(), StringComparison.Ordinal);
        (await _tool.RunAsync("cancel", "--task", "configured")).Done();
    }

    [Fact]
    public async Task Apply_AnotherSchedule_KeepsAManualPause()
    {
        string File(string hour) =>
            _tool.File("kept.yaml", $"tasks: {{ kept-paused: {{ handler: report, schedule: {{ cron: '0 {hour} * * *' }} }} }}");
        (await _tool.RunAsync("apply", "--yes", "-f", File("9"))).Done();
        (await _tool.RunAsync("pause", "kept-paused", "--note", "holidays", "--by", "ada", "--until", "2100-01-01T00:00:00Z",
            "--catch-up")).Done();
        Assert.Contains("it is paused, and stays so", (await _tool.RunAsync("apply", "--yes", "-f", File("8"))).Done(),
            StringComparison.Ordinal);
        var task = await silo.Client.GetTask("kept-paused").DescribeAsync(TestContext.Current.CancellationToken);
        Assert.Equal((TaskState.Paused, "holidays", "ada", 2100, PausedOccurrences.CatchUp),
            (task.State, task.PauseNote, task.PausedBy, task.PausedUntil!.Value.Year, task.PausedOccurrences));
        (await _tool.RunAsync("cancel", "--task", "kept-paused")).Done();
    }

    [Fact]
    public async Task Prune_OfAFileWithoutASet_IsRefused()
    {
        var ended = await _tool.RunAsync("apply", "--yes", "--prune", "-f", _tool.File("x.yaml", "tasks: {}"));
        Assert.Equal(2, ended.Code);
        Assert.Contains("'set'", ended.Error, StringComparison.Ordinal);
    }
}
