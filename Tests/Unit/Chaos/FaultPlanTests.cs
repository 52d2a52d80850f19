using OrleansTasks.Chaos;
using OrleansTasks.Chaos.Faults;

namespace OrleansTasks.Tests.Unit;

/// <summary>The seed decides which faults come when, and to whom.</summary>
public sealed class FaultPlanTests
{
    [Fact]
    public void Make_OfASeed_HasEveryFaultBeforeOneComesAgainAndTimeToRecover()
    {
        var options = Options("--store", "redis", "--duration", "600", "--faults", "kill,freeze,storage,restart,blackout", "--seed", "7");
        var plan = FaultPlan.Make(options);
        Assert.Equal(plan, FaultPlan.Make(options));
        Assert.Equal(5, plan.Take(5).Select(f => f.Kind).Distinct().Count());
        Assert.All(plan.Zip(plan.Skip(1)), pair => Assert.True(pair.Second.At - (pair.First.At + pair.First.Hold) >= TimeSpan.FromSeconds(8)));
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

    private static ChaosOptions Options(params string[] args) => ChaosOptions.Parse(args);
}
