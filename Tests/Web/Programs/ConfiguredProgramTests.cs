using System.Net.Http.Json;
using System.Text.Json;

namespace OrleansTasks.Tests.Web;

/// <summary>Tests the Silo program with tasks and options from its settings.</summary>
public sealed class ConfiguredProgramTests
{
    [Fact]
    public async Task Silo_WithTasksInItsSettings_HasThem()
    {
        var ports = Servers.Ports.Take(3);
        await using var silo = ProgramProcess.Start(
            "Silo", "--urls", $"http://127.0.0.1:{ports[2]}", "--Silo:Port", $"{ports[0]}", "--Silo:GatewayPort", $"{ports[1]}",
            "--Storage:Provider", "Memory",
            "--OrleansTasks:Tasks:ninety:handler", "fibonacci", "--OrleansTasks:Tasks:ninety:args:0", "90",
            "--OrleansTasks:Tasks:greet:paused", "true", "--OrleansTasks:Options:MaxConcurrentRuns", "3");
        await silo.WritesAsync("/openapi/v1.json");
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[2]}") };
        using var run = await http.PostAsJsonAsync("/api/tasks/ninety/run", new { }, TestContext.Current.CancellationToken);
        Assert.Equal(2880067194370816120,
            (await run.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("value").GetInt64());
        var greet = await http.GetFromJsonAsync<JsonElement>("/api/tasks/greet", TestContext.Current.CancellationToken);
        Assert.Equal(("paused", "configuration", true),
            (greet.GetProperty("state").GetString(), greet.GetProperty("pausedBy").GetString(),
                greet.GetProperty("definedInConfiguration").GetBoolean()));
        Assert.Equal("Hello, world!", greet.GetProperty("arguments")[0].GetString());
    }

    [Fact]
    public async Task Silo_WithFaultsInItsSettings_EndsWithAllTheirPaths()
    {
        await using var silo = ProgramProcess.Start("Silo", "--Storage:Provider", "Memory", "--OrleansTasks:Tasks:a:schedule:cron", "x",
            "--OrleansTasks:Options:Partitions", "none");
        Assert.Equal(1, await silo.EndsAsync());
        Assert.Contains(" - OrleansTasks:Tasks:a:schedule:cron: ", silo.Output, StringComparison.Ordinal);
        Assert.Contains(" - OrleansTasks:Options:Partitions: 'none' is not a whole number.", silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", silo.Output, StringComparison.Ordinal);
    }
}
