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
        var ports = Servers.Ports.Take(4);
        await using var silo = ProgramProcess.Start("Silo", "--urls", $"http://127.0.0.1:{ports[2]}", "--Silo:Port", $"{ports[0]}",
            "--Silo:GatewayPort", $"{ports[1]}", "--Storage:Provider", "Memory");
        await silo.WritesAsync("/openapi/v1.json");
        await using var web = ProgramProcess.Start("ClientSample", "--urls", $"http://127.0.0.1:{ports[3]}", "--Silo:GatewayPort",
            $"{ports[1]}");
        await web.WritesAsync("Application started.");
        foreach (var program in new[] { silo, web })
        {
            Assert.DoesNotContain(program.Output.Split('\n'),
                line =>
                    Troubles.Any(t => line.Contains(t, StringComparison.Ordinal))
                        && !line.Contains(OfTheMachine, StringComparison.Ordinal));
        }
    }
}
