using System.Net.Http.Json;
using System.Text.Json;

namespace OrleansTasks.Tests.Web;

/// <summary>Starts the programs as a cluster on an empty database, by their settings alone, and kills a silo.</summary>
[Long]
public sealed class ClusterProgramTests
{
    private const int Silos = 3;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Redis")]
    [InlineData("PostgreSql")]
    public async Task Silo_Killed_TasksFireOnOthersAndTheWebServerContinues(string provider)
    {
        var missing = provider == "Redis" ? RedisServer.Missing : PostgreSqlServer.Missing;
        Assert.SkipWhen(missing is not null, missing ?? "");
        await using IDatabaseServer database = provider == "Redis" ? await RedisServer.CreateAsync() : await PostgreSqlServer.CreateAsync();
        string[] cluster = ["--Cluster:Provider", provider, "--Cluster:ConnectionString", database.ConnectionString];
        var ports = Servers.Ports.Take(1 + (3 * Silos));
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(60), BaseAddress = new Uri($"http://127.0.0.1:{ports[0]}") };

        // The web server starts first. It waits for the database's tables and for a silo.
        await using var web = ProgramProcess.Start("ClientSample", ["--urls", $"{http.BaseAddress}", .. cluster]);
        var silos = Enumerable.Range(0, Silos).Select(n => ProgramProcess.Start(
            "Silo",
            ["--urls", $"http://127.0.0.1:{ports[1 + (3 * n)]}", "--Silo:Port", $"{ports[2 + (3 * n)]}", "--Silo:GatewayPort",
                $"{ports[3 + (3 * n)]}", .. cluster])).ToList();
        try
        {
            await Task.WhenAll([web.WritesAsync("Application started."), .. silos.Select(s => s.WritesAsync("/openapi/v1.json"))]);
            await using var ticks = await EventReader.OpenAsync(http, "/api/tasks/tick/results");
            var first = await NextResultAsync(ticks);
            var killed = silos.FindIndex(s => s.Output.Contains($"port {PortOf(first)};", StringComparison.Ordinal));
            await silos[killed].KillAsync();

            var value = (await http.GetFromJsonAsync<JsonElement>("/fibonacci/50", Stop)).GetProperty("value").GetInt64();
            Assert.Equal(12586269025, value);
            var next = await NextResultAsync(ticks);
            while (next.GetProperty("status").GetString() != "succeeded" || PortOf(next) == PortOf(first))
            {
                // A run that started on the lost silo ends as lost if it may not be repeated.
                next = await NextResultAsync(ticks);
            }

            Assert.Contains(silos, s => s != silos[killed] && s.Output.Contains($"port {PortOf(next)};", StringComparison.Ordinal));
        }
        finally
        {
            foreach (var silo in silos)
            {
                await silo.DisposeAsync();
            }
        }
    }

    private static async Task<JsonElement> NextResultAsync(EventReader events)
    {
        while (true)
        {
            // After a kill there may be a gap event, since reserved numbers stay unused.
            if (await events.NextAsync() is { Type: "result", Data: var result })
            {
                return result;
            }
        }
    }

    /// <summary>Returns the port of the silo that executed the run. A silo's name is S127.0.0.1:PORT:GENERATION.</summary>
    private static string PortOf(JsonElement result) => result.GetProperty("silo").GetString()!.Split(':')[1];
}
