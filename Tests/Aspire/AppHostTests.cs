using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using OrleansTasks.Tests.Servers;
using OrleansTasks.Tests.Web;

namespace OrleansTasks.Tests.Aspire;

/// <summary>Starts a real app host with two silos, a web server and a Redis, and checks what it tells and shows of them.</summary>
public sealed class AppHostTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_SilosAndAWebServer_WorkTogetherAndAreGoneWhenStopped()
    {
        Assert.SkipWhen(RedisServer.Missing is not null, RedisServer.Missing ?? "");
        await using var redis = await RedisServer.CreateAsync();
        await using var receiver = await OtlpReceiver.StartAsync();
        IReadOnlyList<RunningProcess> processes;
        await using (var host = await StartedAppHost.StartAsync(redis.ConnectionString, receiver.Address))
        {
            var resources = await host.HealthyAsync(("redis", 1), ("tasks", 1), ("silo", 2), ("web", 1));
            processes = await StartedAppHost.ProcessesAsync();
            Assert.Equal(2, processes.Count(static p => p.Arguments.EndsWith("/OrleansTasks.Silo", StringComparison.Ordinal)));
            Assert.Single(processes, static p => p.Arguments.EndsWith("/OrleansTasks.ClientSample", StringComparison.Ordinal));
            var (silos, web) = (resources["silo"].ToList(), resources["web"].Single());
            CheckShown(silos, web);

            using var http = host.Client("web");
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("health/ready", Stop)).StatusCode);
            await CheckDashboardAsync(http, web);
            await CheckClusterAsync(http, silos);
            await CheckTelemetryAsync(receiver, silos);
        }

        // The app host has stopped the programs, and also the processes that it started to manage them.
        await ProcessTree.UntilGoneAsync(processes);
    }

    [Fact]
    public async Task Publish_SilosAndAWebServer_ContainsClusterSettingsButNoLocalOnes()
    {
        var folder = Directory.CreateTempSubdirectory("ot-manifest-");
        try
        {
            var file = Path.Combine(folder.FullName, "manifest.json");
            await using var host = ProgramProcess.Start(
                "AppHost", Repository.Program("Tests/AppHost", "OrleansTasks.Tests.AppHost"), folder.FullName,
                ["--publisher", "manifest", "--output-path", file]);
            Assert.True(await host.EndsAsync() == 0, host.Output);

            var resources = JsonDocument.Parse(await File.ReadAllTextAsync(file, Stop)).RootElement.GetProperty("resources");
            Assert.Equal(["redis", "silo", "web"], resources.EnumerateObject().Select(static r => r.Name).Order());
            var (silo, web) = (Variables("silo"), Variables("web"));
            Assert.All([silo, web],
                static v =>
                    Assert.Equal(("Redis", "{redis.connectionString}", "tasks"),
                        (v["Cluster__Provider"], v["Cluster__ConnectionString"], v["Cluster__Id"])));
            Assert.DoesNotContain("Silo__Address", silo.Keys);
            Assert.DoesNotContain(web.Keys,
                static v => v.StartsWith("Silo__", StringComparison.Ordinal) || v.StartsWith("Storage__", StringComparison.Ordinal));

            // Silos open the published ports, and these differ.
            Assert.Equal(("{silo.bindings.tasks-silo.targetPort}", "{silo.bindings.tasks-gateway.targetPort}"),
                (silo["Silo__Port"], silo["Silo__GatewayPort"]));
            var bindings = resources.GetProperty("silo").GetProperty("bindings");
            Assert.NotEqual(bindings.GetProperty("tasks-silo").GetProperty("targetPort").GetInt32(),
                bindings.GetProperty("tasks-gateway").GetProperty("targetPort").GetInt32());

            Dictionary<string, string?> Variables(string program) =>
                resources.GetProperty(program).GetProperty("env").EnumerateObject()
                    .ToDictionary(static v => v.Name, static v => v.Value.GetString());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Checks what the app host shows: health checks, and a link to the web server only.</summary>
    private static void CheckShown(IReadOnlyList<ResourceEvent> silos, ResourceEvent web)
    {
        Assert.All([.. silos, web],
            static r => Assert.Single(r.Snapshot.HealthReports, static h => h.Name.Contains("/health/ready", StringComparison.Ordinal)));
        Assert.All(silos, static r => Assert.Equal("http", Assert.Single(r.Snapshot.Urls, static u => !u.IsInternal).Name));
    }

    private static async Task CheckDashboardAsync(HttpClient http, ResourceEvent web)
    {
        var link = Assert.Single(web.Snapshot.Urls, static u => u.DisplayProperties.DisplayName == "Tasks").Url;
        Assert.Equal(new Uri(http.BaseAddress!, "tasks").ToString(), link);
        Assert.Contains("<title>", await http.GetStringAsync(new Uri(link), Stop), StringComparison.Ordinal);
    }

    /// <summary>
    /// Checks that both silos use the address from the app host and form one cluster. Each silo executes a run while the other one is
    /// drained.
    /// </summary>
    private static async Task CheckClusterAsync(HttpClient http, IReadOnlyList<ResourceEvent> silos)
    {
        var names = (await http.GetFromJsonAsync<JsonElement>("api/silos", Stop)).EnumerateArray()
            .Select(static s => s.GetProperty("silo").GetString()!).ToList();
        Assert.Equal(
            silos.Select(static s => StartedAppHost.Variables(s)).Select(static v => $"S{v["Silo__Address"]}:{v["Silo__Port"]}").Order(),
            names.Select(static n => n[..n.LastIndexOf(':')]).Order());
        Assert.Equal(2, silos.Select(static s => StartedAppHost.Variables(s)["Silo__GatewayPort"]).Distinct().Count());

        foreach (var silo in names)
        {
            Assert.Equal(HttpStatusCode.OK, (await http.PostAsJsonAsync($"api/silos/{silo}/drain", new { }, Stop)).StatusCode);
            using var request = new HttpRequestMessage(HttpMethod.Post, "api/tasks/fibonacci/run")
            {
                Content = JsonContent.Create(new { args = new[] { 90 } })
            };
            request.Headers.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");
            using var answer = await http.SendAsync(request, Stop);
            var result = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
            Assert.Equal((HttpStatusCode.OK, 2880067194370816120), (answer.StatusCode, result.GetProperty("value").GetInt64()));
            Assert.Equal(names.Single(n => n != silo), result.GetProperty("silo").GetString());
            Assert.Equal(HttpStatusCode.OK, (await http.PostAsJsonAsync($"api/silos/{silo}/resume", new { }, Stop)).StatusCode);
        }
    }

    /// <summary>Checks that traces arrive where the app host sent the programs, under the app host's names for the programs.</summary>
    private static async Task CheckTelemetryAsync(OtlpReceiver receiver, IReadOnlyList<ResourceEvent> silos)
    {
        foreach (var silo in silos)
        {
            // The last part of a replica's name is its id.
            var instance = silo.ResourceId.Split('-')[^1];
            var (attempt, run) = (await receiver.SpanAsync(Trace, "attempt fibonacci", instance),
                await receiver.SpanAsync(Trace, "run fibonacci", instance));
            Assert.Equal(("silo", "silo", run.SpanId), (attempt.Service, run.Service, attempt.ParentId));
        }

        Assert.Equal("web", (await receiver.SpanAsync(Trace, "Microsoft.AspNetCore.Hosting.HttpRequestIn")).Service);
    }
}
