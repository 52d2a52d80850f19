using OrleansTasks.Chaos;
using OrleansTasks.Chaos.Faults;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests which options the command line accepts, and its errors for all others.</summary>
public sealed class ChaosOptionsTests
{
    [Fact]
    public void Parse_OwnCluster_HasDefaults()
    {
        var options = Parse("--store redis --faults kill,vanish");
        Assert.Null(options.Attachment);
        Assert.Equal((3, 1, 40, TimeSpan.FromMinutes(2)), (options.Silos, options.Seed, options.Tasks, options.Duration));
        Assert.Equal([FaultKind.Kill, FaultKind.Vanish], options.Faults);
        Assert.True(options.HasMachines);
        Assert.False(Parse("--store redis --faults kill").HasMachines);
        Assert.Equal([FaultKind.Kill, FaultKind.Stop, FaultKind.Clock], Parse("--store sqlite").Faults);
        Assert.Contains(FaultKind.Rollback, Parse("--store redis").Faults);
    }

    [Fact]
    public void Parse_AttachedCluster_HasItsAddresses()
    {
        var options = Parse("--store postgres --attach Host=db;Database=tasks --records /var/records --cluster-id blue --service-id shop");
        Assert.Equal(new AttachOptions("Host=db;Database=tasks", "/var/records", null, "blue", "shop"), options.Attachment);
        Assert.Empty(options.Faults);
        Assert.False(options.HasMachines);

        var injected = Parse("--store redis --attach redis:6379 --records /var/records --inject ./inject --faults vanish,kill --silos 40");
        Assert.Equal("./inject", injected.Attachment!.Inject);
        Assert.Equal((40, false), (injected.Silos, injected.HasMachines));
    }

    [Theory]
    [InlineData("", "--store is missing")]
    [InlineData("--store mysql", "'mysql' is not one of sqlite, redis, postgres")]
    [InlineData("--store redis --faults kill,burn", "'burn' is not one of")]
    [InlineData("--store redis --duration 5", "a number from 30")]
    [InlineData("--store redis --colour red", "--colour is not known")]
    [InlineData("--store redis kill", "'kill' is not an option")]
    [InlineData("--store redis --plant nothing", "use lost, doubled, late, unheard")]
    [InlineData("--store sqlite --silos 3", "a cluster has one silo, and --silos is 3")]
    [InlineData("--store sqlite --faults kill,restart", "--faults can be kill, stop, blackout, clock")]
    [InlineData("--store redis --records /r", "--attach is missing")]
    [InlineData("--store redis --inject ./inject --faults kill", "--attach is missing")]
    [InlineData("--store redis --attach redis:6379", "--records is missing")]
    [InlineData("--store redis --attach redis:6379 --records /r --faults kill", "go together")]
    [InlineData("--store redis --attach redis:6379 --records /r --inject ./inject", "go together")]
    [InlineData("--store sqlite --attach localhost --records /r", "port of the silo's gateway")]
    [InlineData("--store redis --attach redis:6379 --records /r/out/records --out /r/out", "which is emptied first")]
    public void Parse_InvalidOptions_IsRejected(string line, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => Parse(line)).Message, StringComparison.Ordinal);

    private static ChaosOptions Parse(string line) => ChaosOptions.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
