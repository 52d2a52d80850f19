using OrleansTasks.Chaos;
using OrleansTasks.Chaos.Faults;

namespace OrleansTasks.Tests.Unit;

/// <summary>What the checker's command line allows, and what it says of the rest.</summary>
public sealed class ChaosOptionsTests
{
    [Fact]
    public void Parse_OwnCluster_HasDefaults()
    {
        var options = Parse("--store redis --faults kill,vanish");
        Assert.Equal((3, 1, 40, TimeSpan.FromMinutes(2)), (options.Silos, options.Seed, options.Tasks, options.Duration));
        Assert.Equal([FaultKind.Kill, FaultKind.Vanish], options.Faults);
        Assert.True(options.HasMachines);
        Assert.False(Parse("--store redis --faults kill").HasMachines);
        Assert.Equal([FaultKind.Kill, FaultKind.Stop], Parse("--store sqlite").Faults);
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
    [InlineData("--store sqlite --faults kill,restart", "--faults can be kill, stop, blackout")]
    public void Parse_WhatCannotBe_IsRefused(string line, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => Parse(line)).Message, StringComparison.Ordinal);

    private static ChaosOptions Parse(string line) => ChaosOptions.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
