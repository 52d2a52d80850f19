namespace OrleansTasks.Tests.Web;

/// <summary>Tests the policies over HTTP. Each policy reaches the task, and the error for an invalid one names the member.</summary>
public sealed class PoliciesTests : IAsyncLifetime
{
    private const string Retry =
        """{"maxAttempts":3,"delay":"00:00:02","backoff":"linear","maxDelay":"00:01:00","jitter":0,"onlyFor":["IOException"],"notFor":"""
            + """["FileNotFoundException"]}""";
    private static readonly RetryPolicy Policy = new()
    {
        MaxAttempts = 3,
        Delay = TimeSpan.FromSeconds(2),
        Backoff = Backoff.Linear,
        MaxDelay = TimeSpan.FromMinutes(1),
        Jitter = 0,
        OnlyFor = ["IOException"],
        NotFor = ["FileNotFoundException"],
    };

    private ApiHost _api = null!;

    public async ValueTask InitializeAsync() => _api = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task Put_AllPolicies_ReachTheTaskAndAreReturned()
    {
        var answer = await _api.SendAsync(
            "PUT",
            "tasks/report",
            $$$"""
            {"options":{"retry":{{{Retry}}},"runTimeout":"01:00:00","expireAfter":"02:00:00","overlap":"queueAll",
            "maxQueuedOccurrences":7,"misfireThreshold":"00:00:30",
            "catchUp":{"limit":5,"window":"06:00:00","spread":"00:00:10"},"pauseAfterFailures":4,
            "maxConcurrentRuns":2,"rateLimit":{"runs":10,"period":"00:01:00"},"priority":"high"}}
            """);

        Assert.Equal(201, answer.Status);
        var expected = new TaskOptions
        {
            Retry = Policy,
            RunTimeout = TimeSpan.FromHours(1),
            ExpireAfter = TimeSpan.FromHours(2),
            Overlap = OverlapPolicy.QueueAll,
            MaxQueuedOccurrences = 7,
            MisfireThreshold = TimeSpan.FromSeconds(30),
            CatchUp = new CatchUpPolicy { Limit = 5, Window = TimeSpan.FromHours(6), Spread = TimeSpan.FromSeconds(10) },
            PauseAfterFailures = 4,
            MaxConcurrentRuns = 2,
            RateLimit = new RateLimit { Runs = 10, Period = TimeSpan.FromMinutes(1) },
            Priority = RunPriority.High,
        };
        Assert.Equal(expected, _api.Tasks.Get("report").Info.Options);
        Assert.Equal("queueAll", answer.Json.GetProperty("options").GetProperty("overlap").GetString());
    }

    [Theory]
    [InlineData("""{"retry":{"maxAttempts":0}}""", "Options.Retry.MaxAttempts")]
    [InlineData("""{"retry":{"jitter":2}}""", "Options.Retry.Jitter")]
    [InlineData("""{"catchUp":{"limit":-1}}""", "Options.CatchUp.Limit")]
    [InlineData("""{"rateLimit":{"runs":0,"period":"00:00:01"}}""", "Options.RateLimit.Runs")]
    [InlineData("""{"maxConcurrentRuns":0}""", "Options.MaxConcurrentRuns")]
    [InlineData("""{"retry":{"attempts":3}}""", "attempts")]
    [InlineData("""{"overlap":"sometimes"}""", "overlap")]
    [InlineData("""{"rateLimit":{"runs":3}}""", "period")]
    public async Task Put_InvalidPolicy_IsRejectedByName(string options, string named)
    {
        var answer = await _api.SendAsync("PUT", "tasks/report", $$"""{"options":{{options}}}""");

        Assert.Equal(400, answer.Status);
        Assert.Contains(named, answer.Json.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Policies_ReachTheTask()
    {
        var task = _api.Tasks.Add("a");

        await _api.SendAsync("POST", "tasks/a/run", $$"""{"retry":{{Retry}},"priority":"low"}""");

        Assert.Equal(new RunOptions { Retry = Policy, Priority = RunPriority.Low }, task.LastRunOptions);
    }

    [Fact]
    public async Task Dispatch_Policies_ReachTheTask()
    {
        var task = _api.Tasks.Add("a");

        var answer = await _api.SendAsync("POST", "tasks/a/dispatch",
            $$"""{"retry":{{Retry}},"runTimeout":"00:10:00","expiresAt":"2030-01-01T00:00:00Z","priority":"high","""
                + "\"uniqueFor\":\"1.00:00:00\",\"idempotencyRetention\":\"02:00:00\"}");

        Assert.Equal(202, answer.Status);
        var expected = new DispatchOptions
        {
            Retry = Policy,
            RunTimeout = TimeSpan.FromMinutes(10),
            ExpiresAt = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero),
            Priority = RunPriority.High,
            UniqueFor = TimeSpan.FromDays(1),
            IdempotencyRetention = TimeSpan.FromHours(2),
        };
        Assert.Equal(expected, Assert.Single(task.Dispatched).Options);
    }

    [Fact]
    public async Task Pause_WithACatchUpPolicy_ReachesTheTask()
    {
        _api.Tasks.Add("a");

        var answer = await _api.SendAsync("POST", "tasks/a/pause", """{"note":"move","occurrences":"catchUp"}""");

        Assert.Equal((200, "catchUp"), (answer.Status, answer["pausedOccurrences"]));
        Assert.Equal(400, (await _api.SendAsync("POST", "tasks/a/pause", """{"occurrences":"maybe"}""")).Status);
    }
}
