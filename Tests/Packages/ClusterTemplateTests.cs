using System.Net.Http.Json;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Packages;

/// <summary>Tests the template of a cluster: silo and web server are separate processes with a real database.</summary>
[Collection("Made programs")]
public sealed class ClusterTemplateTests(Packed packed)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task New_WithRedis_BuildsWithoutAWarningAndAnswersAcrossProcesses()
    {
        Assert.SkipWhen(RedisServer.Missing is not null, RedisServer.Missing ?? "");
        await using var server = await RedisServer.CreateAsync();
        await RunAsync("redis", server.ConnectionString);
    }

    [Fact]
    public async Task New_WithPostgreSql_BuildsWithoutAWarningAndAnswersAcrossProcesses()
    {
        Assert.SkipWhen(PostgreSqlServer.Missing is not null, PostgreSqlServer.Missing ?? "");
        await using var server = await PostgreSqlServer.CreateAsync();
        await RunAsync("postgres", server.ConnectionString);
    }

    private async Task RunAsync(string storage, string connection)
    {
        var folder = await packed.MadeClusterAsync(storage);

        // The sources of both variants differ only in the names of three methods, so one analysis is enough.
        await packed.BuildAsync(folder, analyzed: storage == "redis");

        var ports = Ports.Take(4);
        var (siloAddress, webAddress) = (new Uri($"http://127.0.0.1:{ports[0]}"), new Uri($"http://127.0.0.1:{ports[1]}"));

        // The connection string is in a file, as in a deployment.
        var file = Path.Combine(folder, "connection");
        await File.WriteAllTextAsync(file, connection + "\n", Stop);
        await using var silo = Start(folder, "Silo", siloAddress, file, "--Silo:Address", "127.0.0.1", "--Silo:Port", $"{ports[2]}",
            "--Silo:GatewayPort", $"{ports[3]}");
        await using var web = Start(folder, "Web", webAddress, file);
        await silo.WritesAsync("Application started.");
        await web.WritesAsync("Application started.");

        using var http = new HttpClient();
        Assert.Equal(144, await http.GetFromJsonAsync<long>(new Uri(webAddress, "square/12"), Stop));
        Assert.Contains("clean-up", await http.GetStringAsync(new Uri(webAddress, "api/tasks"), Stop), StringComparison.Ordinal);
        Assert.Contains("<title>", await http.GetStringAsync(new Uri(webAddress, "tasks"), Stop), StringComparison.Ordinal);
        foreach (var address in new[] { siloAddress, webAddress })
        {
            (await http.GetAsync(new Uri(address, "health/live"), Stop)).EnsureSuccessStatusCode();
            (await http.GetAsync(new Uri(address, "health/ready"), Stop)).EnsureSuccessStatusCode();
        }
    }

    private static ProgramProcess Start(string folder, string program, Uri address, string connectionFile, params string[] more)
    {
        var output = Path.Combine(folder, program, "bin", "Release", "net10.0");
        return ProgramProcess.Start(program, Path.Combine(output, $"{program}.dll"), output,
            ["--urls", address.ToString(), "--Cluster:ConnectionStringFile", connectionFile, .. more]);
    }
}
