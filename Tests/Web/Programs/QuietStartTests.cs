namespace OrleansTasks.Tests.Web;

/// <summary>What a newcomer reads first: nothing that is not about what was started, and nothing that one cannot do anything about.</summary>
public sealed class QuietStartTests
{
    /// <summary>Levels as the programs write them, and lines of an exception.</summary>
    private static readonly string[] Troubles = [" warn: ", " fail: ", " crit: ", "   at ", "Unhandled"];

    /// <summary>Who says that the machine is overloaded, which is so where tests run, and worth saying.</summary>
    private const string OfTheMachine = "LocalSiloHealthMonitor";

    /// <summary>Orleans' watchdog counts from when the machine was started, and said at each start that its check had not completed for all that time.</summary>
    [Fact]
    public async Task Start_OfBothPrograms_WarnsOfNothing()
    {
        var ports = Servers.Ports.Take(4);
        await using var silo = ProgramProcess.Start("Silo", "--urls", $"http://127.0.0.1:{ports[2]}", "--Silo:Port", $"{ports[0]}", "--Silo:GatewayPort", $"{ports[1]}", "--Storage:Provider", "Memory");
        await silo.WritesAsync("/openapi/v1.json");
        await using var web = ProgramProcess.Start("ClientSample", "--urls", $"http://127.0.0.1:{ports[3]}", "--Silo:GatewayPort", $"{ports[1]}");
        await web.WritesAsync("Application started.");
        foreach (var program in new[] { silo, web })
        {
            Assert.DoesNotContain(program.Output.Split('\n'), line => Troubles.Any(t => line.Contains(t, StringComparison.Ordinal)) && !line.Contains(OfTheMachine, StringComparison.Ordinal));
        }
    }
}
