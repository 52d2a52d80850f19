using System.Net.Http.Json;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Packages;

/// <summary>Creates programs from the templates as a newcomer does: outside the repository, from the packages alone.</summary>
[Collection("Made programs")]
public sealed class TemplateTests(Packed packed)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task New_OfOneProcess_BuildsWithoutAWarningAndServesTasks()
    {
        var folder = await packed.MadeAsync("MyTasks", "orleanstasks");
        await packed.BuildAsync(folder);

        var ports = Ports.Take(3);
        var address = new Uri($"http://127.0.0.1:{ports[0]}");
        await using var program = ProgramProcess.Start(
            "MyTasks", Path.Combine(folder, "bin", "Release", "net10.0", "MyTasks.dll"), folder,
            ["--urls", address.ToString(), "--Tasks:SiloPort", $"{ports[1]}", "--Tasks:GatewayPort", $"{ports[2]}"]);
        await program.WritesAsync("Application started.");
        using var http = new HttpClient { BaseAddress = address };

        Assert.Equal(144, await http.GetFromJsonAsync<long>("square/12", Stop));
        Assert.Contains("clean-up", await http.GetStringAsync("api/tasks", Stop), StringComparison.Ordinal);
        Assert.Contains("<title>", await http.GetStringAsync("tasks", Stop), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, "tasks.db")), program.Output);
    }
}
