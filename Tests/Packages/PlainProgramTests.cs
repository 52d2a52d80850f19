using System.Net.Http.Json;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Packages;

/// <summary>Adds the packages to a program that <c>dotnet new web</c> creates.</summary>
public sealed class PlainProgramTests(Packed packed)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Build_WithThePackagesAdded_HasNoWarningAndServesTasks()
    {
        var folder = await packed.MadePlainAsync();
        var ports = Ports.Take(3);
        await using var program = Packed.StartPlain(folder, folder, ports);
        await program.WritesAsync("Application started.");
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[0]}") };

        Assert.Contains("<title>", await http.GetStringAsync("tasks", Stop), StringComparison.Ordinal);
        using var answer = await http.PostAsJsonAsync("api/tasks/square/run", new { args = new[] { 12 } }, Stop);
        Assert.Contains("\"value\":144", await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal("1728", await http.GetStringAsync("cube/12", Stop));
        Assert.True(File.Exists(Path.Combine(folder, "plain.db")), program.Output);

        // A definition that a silo would reject at start does not compile, and the compiler says why.
        await File.WriteAllTextAsync(Path.Combine(folder, "Wrong.cs"), """
            using OrleansTasks;

            internal static class Wrong
            {
                [Task("wrong"), Cron("61 * * * *")]
                internal static void Run()
                {
                }
            }
            """, Stop);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => packed.RunAsync(folder, "build", "-c", "Release", "--no-restore", "-nologo"));
        Assert.Contains(
            "Wrong.cs(5,26): error OTASK001: The cron expression '61 * * * *' is not valid: The given cron expression has an invalid "
                + "format. Minutes: Value must be a number between 0 and 59 (all inclusive).",
            refused.Message, StringComparison.Ordinal);
        Assert.Contains("1 Error(s)", refused.Message, StringComparison.Ordinal);
    }
}
