namespace OrleansTasks.Tests.Web;

/// <summary>Tests that a first start logs only what concerns the started program, and no warning that a newcomer cannot act on.</summary>
public sealed class QuietStartTests
{
    /// <summary>Log levels as the programs write them, and lines of an exception.</summary>
    private static readonly string[] Troubles = [" warn: ", " fail: ", " crit: ", "   at ", "Unhandled"];

    /// <summary>This logger warns of an overloaded machine. Test machines often are overloaded, and the warning is useful.</summary>
    private const string OfTheMachine = "LocalSiloHealthMonitor";

    /// <summary>
    /// Orleans' watchdog counts from the start of the machine, so it warned at each start of the silo that its check had not completed all
    /// that time.
    /// </summary>
    [Fact]
    public async Task Start_OfBothPrograms_LogsNoWarning()
    {
        await using var programs = await SiloAndWeb.StartAsync();
        foreach (var program in new[] { programs.Silo, programs.Web })
        {
            Assert.DoesNotContain(program.Output.Split('\n'),
                line =>
                    Troubles.Any(t => line.Contains(t, StringComparison.Ordinal))
                        && !line.Contains(OfTheMachine, StringComparison.Ordinal));
        }
    }
}
