using OrleansTasks.Chaos;
using OrleansTasks.Chaos.Faults;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests that the seed determines the faults, their times and their victims.</summary>
public sealed class FaultPlanTests
{
    [Fact]
    public void Make_OfASeed_UsesEveryFaultBeforeRepeatingOneAndAllowsRecovery()
    {
        var options = Options("--store", "redis", "--duration", "600", "--faults", "kill,freeze,storage,restart,blackout", "--seed", "7");
        var plan = FaultPlan.Make(options);
        Assert.Equal(plan, FaultPlan.Make(options));
        Assert.Equal(5, plan.Take(5).Select(f => f.Kind).Distinct().Count());
        Assert.All(plan.Zip(plan.Skip(1)),
            pair => Assert.True(pair.Second.At - (pair.First.At + pair.First.Hold) >= TimeSpan.FromSeconds(8)));
        Assert.True(plan[^1].At + plan[^1].Hold + TimeSpan.FromSeconds(15) <= options.Duration);
    }

    [Fact]
    public void Make_OfVanish_StrikesTheWebServerAsOftenAsSilos()
    {
        var plan = FaultPlan.Make(Options("--store", "redis", "--duration", "86400", "--faults", "vanish"));
        Assert.Equal(plan, FaultPlan.Make(Options("--store", "redis", "--duration", "86400", "--faults", "vanish")));
        Assert.InRange(plan.Count(f => f.Victim is Victim.WebServer) / (double)plan.Count, 0.4, 0.6);
        Assert.Equal(3, plan.Select(f => f.Victim).OfType<Victim.Silo>().Distinct().Count());
    }

    [Fact]
    public void Make_OfClock_PutsTheClockForwardAndBackOfOneSiloAndOfAll()
    {
        var plan = FaultPlan.Make(Options("--store", "redis", "--duration", "3600", "--faults", "clock"));
        Assert.Contains(plan, f => f.Step > TimeSpan.Zero);
        Assert.Contains(plan, f => f.Step < TimeSpan.Zero);
        Assert.Contains(plan, f => f.Victim is Victim.AllSilos);
        Assert.Contains(plan, f => f.Victim is Victim.Silo);
    }

    [Fact]
    public void Make_OfRollback_GoesBackAboutASecondAndSometimesLosesASiloToo()
    {
        var plan = FaultPlan.Make(Options("--store", "postgres", "--duration", "3600", "--faults", "rollback"));
        Assert.All(plan, f => Assert.InRange(f.Window, TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(1.5)));
        Assert.InRange(plan.Count(f => f.Victim is Victim.Silo) / (double)plan.Count, 0.2, 0.5);
        Assert.Contains(plan, f => f.Victim is Victim.Database);
    }

    [Fact]
    public void Make_ForAnAttachedCluster_StrikesSilosAndAllOnly()
    {
        var plan = FaultPlan.Make(Options(
            "--store", "redis", "--attach", "localhost:6379", "--records", "/records", "--inject", "./inject", "--faults",
            "kill,vanish,storage,blackout", "--silos", "2", "--duration", "6000"));
        Assert.All(plan, f => Assert.True(f.Victim is Victim.AllSilos or Victim.Silo { Number: 0 or 1 }));
        Assert.All(plan, f => Assert.Equal(StorageTrouble.None, f.Trouble));
    }

    /// <summary>A freeze takes thirty seconds, and a restart of the storage takes two.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Make_ForAShortTime_HasTheFaultsThatFit(int seed) =>
        Assert.Equal(FaultKind.Restart,
            Assert.Single(
                FaultPlan.Make(Options("--store", "redis", "--duration", "30", "--faults", "freeze,restart", "--seed", $"{seed}"))).Kind);

    [Fact]
    public void Parse_NoFaultFits_ReportsIt() =>
        Assert.Contains("--duration is 30",
            Assert.Throws<ArgumentException>(() => Options("--store", "redis", "--duration", "30", "--faults", "freeze")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Make_WithoutFaults_IsEmpty() =>
        Assert.Empty(FaultPlan.Make(Options("--store", "redis", "--attach", "localhost:6379", "--records", "/records")));

    private static ChaosOptions Options(params string[] args) => ChaosOptions.Parse(args);
}
