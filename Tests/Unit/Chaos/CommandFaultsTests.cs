using OrleansTasks.Chaos;
using OrleansTasks.Chaos.Faults;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests faults that a user's program injects.</summary>
public sealed class CommandFaultsTests : IDisposable
{
    private readonly string _log = Path.GetTempFileName();

    public void Dispose() => File.Delete(_log);

    [Fact]
    public async Task Begin_AndHeal_StartTheProgramWithKindAndVictim()
    {
        var faults = Faults("echo told");
        await faults.BeginAsync(Fault(FaultKind.Kill, new Victim.Silo(2)));
        await faults.HealAsync(Fault(FaultKind.Kill, new Victim.Silo(2)));
        await faults.BeginAsync(Fault(FaultKind.Restart, new Victim.Database()));
        await faults.BeginAsync(Fault(FaultKind.Blackout, new Victim.AllSilos()));
        Assert.Equal(["told begin kill 2", "told heal kill 2", "told begin restart all", "told begin blackout all"],
            await File.ReadAllLinesAsync(_log, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Begin_ProgramFails_ReportsIt()
    {
        var error = await Assert.ThrowsAsync<CheckImpossibleException>(
            () => Faults("exit 3;").BeginAsync(Fault(FaultKind.Kill, new Victim.Silo(0))));
        Assert.Contains("exit code 3", error.Message, StringComparison.Ordinal);
        Assert.Contains(_log, error.Message, StringComparison.Ordinal);
    }

    private CommandFaults Faults(string command) => new(command, _log, TimeProvider.System);

    private static Fault Fault(FaultKind kind, Victim victim) => new(kind, TimeSpan.Zero, TimeSpan.Zero, victim);
}
