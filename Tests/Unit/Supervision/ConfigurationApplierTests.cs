using OrleansTasks.Calls;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests when a silo's configuration reaches the registry, and which parts of it do not.</summary>
public sealed class ConfigurationApplierTests
{
    private const int Invalid = 551;
    private const int InForce = 552;
    private const int NotKnown = 558;
    private const int Failing = 560;
    private const int Recovered = 561;
    private const int Unexpected = 562;
    private const int NotActive = 501;

    // Orleans' message if a silo does not have the method.
    private const string NoMethod =
        """Unable to resolve type alias "("inv",[Orleans.Runtime.GrainReference],[OrleansTasks.Calls.IPartition],"BeginConfiguration")".""";
    private const string Two = """{"OrleansTasks":{"Tasks":{"a":{},"b":{}},"Groups":{"g":{"MaxConcurrentRuns":2}}}}""";

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"OrleansTasks":{"Groups":{"g":{"MaxConcurrentRuns":2}},"Options":{"MaxConcurrentRuns":8}}}""")]
    [InlineData("""{"OrleansTasks":{"Version":9}}""")]
    public async Task Change_ToAFileWithoutTasks_IsAFaultAndCancelsNothing(string json)
    {
        using var silo = new ConfiguredSilo(Two);
        await silo.LookAsync();
        await silo.ChangeAsync(json);

        Assert.Contains("OrleansTasks:Tasks: It is missing, but the configuration in force has 2 tasks",
            Assert.Single(silo.Log.Of(Invalid)), StringComparison.Ordinal);
        Assert.Equal(["a b"], silo.Configured);

        // Fewer tasks are a valid change, and so are none if the section is present.
        await silo.ChangeAsync("""{"OrleansTasks":{"Tasks":{"b":{}}}}""");
        await silo.ChangeAsync("""{"OrleansTasks":{"Tasks":{}}}""");
        Assert.Equal(["a b", "b", ""], silo.Configured);
    }

    [Fact]
    public async Task Change_BrokenFileWithoutANotification_IsReportedOnce()
    {
        using var silo = new ConfiguredSilo(Two);
        await silo.LookAsync();
        silo.Break();
        await silo.LookAsync();
        await silo.LookAsync();
        Assert.Single(silo.Log.Of(Invalid));

        await silo.ChangeAsync(Two);
        await silo.ChangeAsync("""{"OrleansTasks":{"Tasks":{"a":{}}}}""");
        Assert.Equal(["a b", "a"], silo.Configured);
    }

    [Fact]
    public async Task Start_WithoutTheSection_KeepsEarlierConfiguration()
    {
        using var silo = new ConfiguredSilo("{}");
        await silo.LookAsync();
        Assert.Empty(silo.Offers);
        Assert.Empty(silo.Log.Of(InForce));

        await silo.ChangeAsync(Two);
        Assert.Equal(["a b"], silo.Configured);
    }

    [Fact]
    public async Task Start_WithGroupsOnly_KeepsTasks()
    {
        using var silo = new ConfiguredSilo("""{"OrleansTasks":{"Groups":{"g":{"MaxConcurrentRuns":2}}}}""");
        await silo.LookAsync();
        Assert.Single(silo.Offers);
        Assert.Empty(silo.Configured);
    }

    [Fact]
    public async Task Apply_EmptyWithoutChanges_IsNotLogged()
    {
        using var silo = new ConfiguredSilo("""{"OrleansTasks":{"Tasks":{}}}""");
        await silo.LookAsync();
        Assert.Equal([""], silo.Configured);
        Assert.Empty(silo.Log.Of(InForce));

        await silo.ChangeAsync(Two);
        Assert.Single(silo.Log.Of(InForce));
        silo.First.On(nameof(IPartition.ConfigureAsync), static _ => Task.FromResult(new ConfigurationReply([], [], ["a", "b"])));
        await silo.ChangeAsync("""{"OrleansTasks":{"Tasks":{}}}""");
        Assert.Contains("Cancelled: a, b", silo.Log.Of(InForce).Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_RejectedForAMissingCalendar_IsRetriedUntilItExists()
    {
        using var silo = new ConfiguredSilo(Two);
        await silo.LookAsync();
        silo.Turn = static () => new ConfigurationTurn { Missing = ["moon"] };
        await silo.ChangeAsync("""{"OrleansTasks":{"Tasks":{"c":{"Schedule":{"every":"1.00:00:00","calendar":"moon"}}}}}""");
        await silo.LookAsync();
        Assert.Contains("OrleansTasks:Tasks:c:Schedule: There is no business calendar 'moon'.", Assert.Single(silo.Log.Of(Invalid)),
            StringComparison.Ordinal);
        Assert.True(silo.Applier.Names("a") && !silo.Applier.Names("c"));
        Assert.Equal(["a b"], silo.Configured);

        silo.Turn = static () => new ConfigurationTurn { Number = 8 };
        await silo.LookAsync();
        Assert.Equal(["a b", "c"], silo.Configured);
        await silo.LookAsync();
        Assert.Equal((2, 4), (silo.Configured.Count, silo.Offers.Count));
    }

    [Fact]
    public async Task Change_RejectedAndReverted_IsNotRetried()
    {
        using var silo = new ConfiguredSilo(Two);
        await silo.LookAsync();
        silo.Turn = static () => new ConfigurationTurn { Missing = ["moon"] };
        await silo.ChangeAsync("""{"OrleansTasks":{"Tasks":{"c":{"Schedule":{"every":"1.00:00:00","calendar":"moon"}}}}}""");
        silo.Turn = static () => new ConfigurationTurn { Number = 8 };
        await silo.ChangeAsync(Two);
        Assert.Equal(["a b"], silo.Configured);
    }

    /// <summary>A lost registry gets the configuration that was in force, even if a pending change cannot be accepted.</summary>
    [Fact]
    public async Task Apply_RegistryLost_ReappliesTheConfiguration()
    {
        using var silo = new ConfiguredSilo(Two);
        await silo.LookAsync(anew: true);
        await silo.LookAsync(anew: true);
        Assert.Equal([false, true], silo.Offers.Select(static o => o.Again));
        Assert.Equal(["a b", "a b"], silo.Configured);
    }

    [Fact]
    public async Task Look_AtGroupsThatConfigurationLimits_RestoresTheirLimits()
    {
        using var silo = new ConfiguredSilo(Two);
        await silo.LookAsync();
        var before = silo.Group.CallsOf(nameof(IRunGroupEngine.ConfigureAsync)).Count();
        await silo.LookAsync();
        var call = Assert.Single(silo.Group.CallsOf(nameof(IRunGroupEngine.ConfigureAsync)).Skip(before));
        Assert.Equal([new RunGroup { MaxConcurrentRuns = 2 }, 7L, true], call);

        // Limits from a configuration that is not in force are not restored.
        silo.Turn = static () => new ConfigurationTurn { Version = 9 };
        await silo.ChangeAsync(Two.Replace("\"MaxConcurrentRuns\":2", "\"MaxConcurrentRuns\":3", StringComparison.Ordinal));
        await silo.LookAsync();
        Assert.Equal(before + 1, silo.Group.CallsOf(nameof(IRunGroupEngine.ConfigureAsync)).Count());
    }

    [Fact]
    public async Task Change_GroupRemoved_RestoresItsDefinitionFromCode()
    {
        using var silo = new ConfiguredSilo(Two, t => t.Group("g", new RunGroup { MaxConcurrentRuns = 5 }));
        await silo.LookAsync();
        silo.Turn = static () => new ConfigurationTurn { Number = 8, Groups = new Dictionary<string, string> { ["g"] = "before" } };
        await silo.ChangeAsync("""{"OrleansTasks":{"Tasks":{"a":{}}}}""");
        Assert.Equal([new RunGroup { MaxConcurrentRuns = 5 }, 8L, false],
            silo.Group.CallsOf(nameof(IRunGroupEngine.ConfigureAsync)).Last());
    }

    /// <summary>
    /// During a rolling deployment, partition 0 may be on a silo that does not know configuration. This silo starts nevertheless.
    /// </summary>
    [Fact]
    public async Task Start_Partition0WithoutConfigurationSupport_StartsAndRetriesLater()
    {
        using var silo = new ConfiguredSilo(Two);
        silo.Turn = static () => throw new TypeLoadException(NoMethod);
        await silo.Supervisor.StartAsync(TestContext.Current.CancellationToken);
        await silo.RunAsync();
        Assert.Contains(NoMethod, Assert.Single(silo.Log.Of(NotKnown)), StringComparison.Ordinal);
        var offers = silo.Offers.Count;

        silo.Clock.Advance(TimeSpan.FromSeconds(9));
        await silo.Clock.UntilWaitsAsync(() => silo.Clock.Advance(TimeSpan.FromSeconds(1)));
        Assert.Equal((offers + 1, 1), (silo.Offers.Count, silo.Log.Of(NotKnown).Count()));

        silo.Turn = static () => new ConfigurationTurn { Number = 7 };
        await silo.Clock.UntilWaitsAsync(() => silo.Clock.Advance(TimeSpan.FromSeconds(10)));
        Assert.Equal(["a b"], silo.Configured);
        Assert.Single(silo.Log.Of(Recovered));
    }

    /// <summary>
    /// Errors with another cause than an older silo are reported as they are. They do not keep a silo from starting either.
    /// </summary>
    [Theory]
    [InlineData(typeof(TypeLoadException), Unexpected)]
    [InlineData(typeof(InvalidOperationException), Unexpected)]
    [InlineData(typeof(TimeoutException), Failing)]
    public async Task Start_OtherFailure_ReportsItAndRetriesLater(Type error, int told)
    {
        using var silo = new ConfiguredSilo(Two);
        silo.Turn = () => throw (Exception)Activator.CreateInstance(error, "It does not work.")!;
        await silo.Supervisor.StartAsync(TestContext.Current.CancellationToken);
        await silo.RunAsync();
        await silo.Clock.UntilWaitsAsync(() => silo.Clock.Advance(TimeSpan.FromSeconds(10)));
        Assert.Contains("It does not work.", Assert.Single(silo.Log.Of(told)), StringComparison.Ordinal);
        Assert.DoesNotContain(silo.Log.Lines, l => l.Id is NotKnown or Failing or Unexpected && l.Id != told);

        silo.Turn = static () => new ConfigurationTurn { Number = 7 };
        await silo.Clock.UntilWaitsAsync(() => silo.Clock.Advance(TimeSpan.FromSeconds(10)));
        Assert.Equal(["a b"], silo.Configured);
    }

    /// <summary>
    /// One round finds that a registry was lost, and fails before it applies configuration. The next round must apply it.
    /// </summary>
    [Fact]
    public async Task Supervisor_RoundFailsAfterAPartitionLoss_RetriesInTheNext()
    {
        using var silo = new ConfiguredSilo(Two);
        await silo.Supervisor.StartAsync(TestContext.Current.CancellationToken);
        Assert.Single(silo.Offers);

        silo.First.On(nameof(IPartition.EnsureAsync),
            static _ => Task.FromResult(new PartitionIdentity(new Guid(1, 0, 0, new byte[8]), 2)));
        var fails = true;
        silo.Second.On(nameof(IPartition.EnsureAsync),
            _ => fails
                ? Task.FromException<PartitionIdentity>(new SiloUnavailableException())
                : Task.FromResult(new PartitionIdentity(Guid.Empty, 2)));
        var next = silo.Supervisor.StartAsync(TestContext.Current.CancellationToken);
        Assert.False(next.IsCompleted);
        fails = false;
        silo.Clock.Advance(TimeSpan.FromSeconds(1));
        await next;
        Assert.Equal([false, true], silo.Offers.Select(static o => o.Again));
    }

    /// <summary>
    /// However long a change takes, partitions are supervised. Changes of the file in the meantime are applied next, once, with the latest
    /// content.
    /// </summary>
    [Fact]
    public async Task Change_DuringAnotherChange_IsAppliedNextWithoutDelay()
    {
        using var silo = new ConfiguredSilo(Two);
        var (underWay, most, begun, slow) = (0, 0, new TaskCompletionSource(), new TaskCompletionSource());
        await silo.Supervisor.StartAsync(TestContext.Current.CancellationToken);
        await silo.RunAsync();
        silo.First.On(nameof(IPartition.ConfigureAsync), _ => ConfigureAsync());
        silo.Second.On(nameof(IPartition.ConfigureAsync), _ =>
        {
            begun.TrySetResult();
            return Task.FromResult(ConfigurationReply.Nothing);
        });
        silo.Write("""{"OrleansTasks":{"Tasks":{"c":{}}}}""");
        await begun.Task;

        using var stop = new CancellationTokenSource();
        Task supervising = Task.CompletedTask;
        await silo.Clock.UntilWaitsAsync(() => supervising = Task.Run(() => silo.Supervisor.RunAsync(stop.Token)));
        var rounds = silo.First.CallsOf(nameof(IPartition.EnsureAsync)).Count();
        for (var n = 0; n < 3; n++)
        {
            silo.Write("""{"OrleansTasks":{"Tasks":{"dN":{}}}}""".Replace("N", $"{n}", StringComparison.Ordinal));
            await silo.Clock.UntilWaitsAsync(() => silo.Clock.Advance(ConfiguredSilo.Period));
        }

        Assert.Empty(silo.SupervisorLog.Of(NotActive));
        Assert.Equal(rounds + 3, silo.First.CallsOf(nameof(IPartition.EnsureAsync)).Count());
        Assert.Equal(["a b", "c"], silo.Configured);
        await stop.CancelAsync();
        await supervising.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

        await silo.Clock.UntilWaitsAsync(slow.SetResult, waits: 2);
        Assert.Equal(["a b", "c", "d2"], silo.Configured);
        Assert.Equal((1, 0), (most, underWay));

        async Task<ConfigurationReply> ConfigureAsync()
        {
            most = Math.Max(most, Interlocked.Increment(ref underWay));
            await slow.Task;
            Interlocked.Decrement(ref underWay);
            return ConfigurationReply.Nothing;
        }
    }

    /// <summary>Partitions of a lost silo may never answer.</summary>
    [Fact]
    public async Task Stop_DuringConfiguration_EndsImmediatelyWithoutFurtherCalls()
    {
        using var silo = new ConfiguredSilo(Two);
        await silo.LookAsync();
        var (begun, answer) = (new TaskCompletionSource(), new TaskCompletionSource<ConfigurationReply>());
        silo.First.On(nameof(IPartition.ConfigureAsync), _ =>
        {
            begun.SetResult();
            return answer.Task;
        });
        silo.Write("""{"OrleansTasks":{"Tasks":{"c":{}}}}""");
        await begun.Task;
        await silo.StopAsync();
        var calls = silo.First.Called.Count();
        answer.SetResult(ConfigurationReply.Nothing);
        silo.Write(Two);
        silo.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((calls, nameof(IPartition.ConfigureAsync)), (silo.First.Called.Count(), silo.First.Called.Last()));
        Assert.Empty(silo.Log.Of(Failing));
    }

    /// <summary>
    /// A failed change is repeated at once, and logged only if the failure persists. Nothing that was detected in between is lost.
    /// </summary>
    [Fact]
    public async Task Change_StorageFails_IsRetriedUntilItSucceeds()
    {
        using var silo = new ConfiguredSilo(Two);
        await silo.LookAsync();
        silo.Turn = static () => throw new PartitionMovedException("It does not answer.") { StorageFails = true };
        await silo.ChangeAsync("""{"OrleansTasks":{"Tasks":{"c":{}}}}""");
        Assert.Empty(silo.Log.Of(Failing));
        for (var n = 0; n < 7; n++)
        {
            await silo.Clock.UntilWaitsAsync(() => silo.Clock.Advance(TimeSpan.FromSeconds(10)));
        }

        Assert.Equal(9, silo.Offers.Count);
        Assert.Contains("It does not answer.", Assert.Single(silo.Log.Of(Failing)), StringComparison.Ordinal);

        silo.Turn = static () => new ConfigurationTurn { Number = 8 };
        await silo.Clock.UntilWaitsAsync(() => silo.Clock.Advance(TimeSpan.FromSeconds(10)));
        Assert.Equal(["a b", "c"], silo.Configured);
        Assert.Single(silo.Log.Of(Recovered));
    }
}
