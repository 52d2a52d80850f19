using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Packages;

/// <summary>
/// Starts what <c>compose.yaml</c> and the Kubernetes files start, with their commands, settings, ports and probes. Namespaces replace the
/// containers.
/// </summary>
// The tests build in the same folders, so they run one at a time.
[Collection("Made programs")]
public sealed class ContainerTests(Packed packed)
{
    private const string Storage = "redis";
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Compose_StartedWithoutContainers_ServesThisMachineAndStopsGracefully()
    {
        SkipWhereItCannotBe();
        var services = YamlFile.Read(Path.Combine(await packed.MadeClusterAsync(Storage), "compose.yaml")).Single().At("services")!;
        var silos = services.Number("silo", "deploy", "replicas");
        await using var containers = await Containers.CreateAsync(packed, 2 + silos, "store");
        await containers.StartStoreAsync(services.Text("store", "command").Split(' '));
        var started = new List<Confined>();
        for (var n = 1; n <= silos; n++)
        {
            started.Add(await containers.StartAsync("Silo", n, Variables(services.At("silo")!)));
        }

        started.Add(await containers.StartAsync("Web", 1 + silos, Variables(services.At("web")!)));
        var port = services.Text("web", "ports", "0").Split(':')[^1];
        var web = new Uri($"http://{containers.Address(1 + silos)}:{port}");
        Assert.Equal("144", await GetAsync(web, "square/12", "localhost"));
        Assert.Contains("<title>", await GetAsync(web, "tasks", "localhost"), StringComparison.Ordinal);
        CheckSilos(await GetAsync(web, "api/silos", "localhost"), containers, silos);

        // A request under another host name does not count as one from this machine.
        foreach (var path in new[] { "tasks", "api/tasks" })
        {
            using var refused = await _http.GetAsync(new Uri(web, path), Stop);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }

        await CheckStoppingAsync(started);
    }

    [Fact]
    public async Task Kubernetes_StartedWithoutContainers_FindsPodsAnswersProbesAndStopsGracefully()
    {
        SkipWhereItCannotBe();
        const int silos = 2;
        const string space = "jobs";
        var folder = await packed.MadeClusterAsync(Storage);
        var all = Directory.GetFiles(Path.Combine(folder, "kubernetes"), "*.yaml").SelectMany(YamlFile.Read).ToList();
        var store = all.Single(static d => d.Text("kind") == "StatefulSet");
        await using var containers = await Containers.CreateAsync(packed, 2 + silos, store.Text("spec", "serviceName"));
        await containers.StartStoreAsync(
            ["redis-server",
                .. store.At("spec", "template", "spec", "containers", "0", "args")!.AsArray().Select(static a => a!.ToString())]);

        var verbs = all.Single(static d => d.Text("kind") == "Role").At("rules", "0", "verbs")!.AsArray().Select(static v => v!.ToString())
            .ToList();
        var account = await containers.FolderAsync("account");
        await using var api = await KubernetesApi.StartAsync(containers.Host, account, verbs);

        // Create the secret as the README's commands do.
        var secret = await containers.FolderAsync("secret");
        var literal =
            (await File.ReadAllTextAsync(Path.Combine(folder, "README.md"), Stop)).Split("--from-literal=connection='")[1].Split('\'')[0];
        await File.WriteAllTextAsync(Path.Combine(secret, "connection"), literal, Stop);

        var started = new List<Confined>();
        for (var n = 1; n <= silos + 1; n++)
        {
            var (program, kind) = n <= silos ? ("Silo", "silo") : ("Web", "web");
            var pod =
                all.Single(d => d.Text("kind") == "Deployment" && d.Text("spec", "template", "spec", "containers", "0", "name") == kind)
                    .At("spec", "template")!;
            var labels = pod.At("metadata", "labels")!.AsObject().ToDictionary(static l => l.Key, static l => l.Value!.ToString());
            var fields = labels.ToDictionary(static l => $"metadata.labels['{l.Key}']", static l => l.Value);
            (fields["metadata.name"], fields["metadata.namespace"], fields["status.podIP"]) = ($"{kind}-{n}", space,
                containers.Address(n).ToString());
            api.Add($"{kind}-{n}", space, labels);

            var container = pod.At("spec", "containers", "0")!;
            var environment = container.At("env")!.AsArray()
                .Select(
                    e => KeyValuePair.Create(e!.Text("name"),
                        e!.At("value")?.ToString() ?? fields[e!.Text("valueFrom", "fieldRef", "fieldPath")]));
            started.Add(await containers.StartAsync(
                program, n, environment.Concat(api.Environment),
                new Mounted(secret,
                    container.At("volumeMounts")!.AsArray().Single(static m => m!.Text("name") == "connection")!.Text("mountPath")),
                        new Mounted(account, "/var/run/secrets/kubernetes.io/serviceaccount")));
            await CheckProbesAsync(containers.Address(n), container);
        }

        var web = new Uri($"http://{containers.Address(silos + 1)}:8080");
        Assert.Equal("144", await GetAsync(web, "square/12"));

        // A request through 'kubectl port-forward' comes from the pod itself. All others are refused.
        using var refused = await _http.GetAsync(new Uri(web, "api/silos"), Stop);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        // The pods already have the labels that silos would set, so nothing is patched. The role allows everything that silos ask.
        Assert.Contains("list", api.Asked);
        Assert.DoesNotContain("patch", api.Asked);
        Assert.All(api.Asked, v => Assert.Contains(v, verbs));
        await CheckStoppingAsync(started);
    }

    [Fact]
    public async Task SingleSilo_WithAWritableDataFolderOnly_KeepsItsTasksThere()
    {
        SkipWhereItCannotBe();
        var sources = await packed.MadeAsync("MyTasks", "orleanstasks");
        var app = Path.Combine(packed.Folder, "published", "MyTasks");
        await packed.RunAsync(sources, "publish", "-c", "Release", "-o", app);
        await using var containers = await Containers.CreateAsync(packed, 1, "store");
        var data = await containers.FolderAsync("state");
        Dictionary<string, string> environment = new() { ["Tasks__File"] = "/var/lib/my-tasks/tasks.db", ["Urls"] = "http://*:5080" };
        for (var start = 0; start < 2; start++)
        {
            var program = containers.Start("MyTasks", 0, new Mounted(app, "/app"), environment, ["dotnet", "MyTasks.dll"],
                new Mounted(data, "/var/lib/my-tasks", Writable: true));
            await program.WritesAsync("Application started.");
            Assert.Equal("144", await GetAsync(new Uri($"http://{containers.Address(0)}:5080"), "square/12"));
            await CheckStoppingAsync([program]);
        }

        Assert.True(File.Exists(Path.Combine(data, "tasks.db")));
    }

    private static void SkipWhereItCannotBe() =>
        Assert.SkipWhen((Confined.Missing ?? RedisServer.Missing) is not null, Confined.Missing ?? RedisServer.Missing ?? "");

    private static IEnumerable<KeyValuePair<string, string>> Variables(JsonNode service) =>
        service.At("environment")!.AsObject().Select(static v => KeyValuePair.Create(v.Key, v.Value!.ToString()));

    /// <summary>Checks that all silos are in one cluster, each at the address of its own machine.</summary>
    private static void CheckSilos(string answer, Containers containers, int silos)
    {
        var found = JsonDocument.Parse(answer).RootElement.EnumerateArray().Select(static s => s.GetProperty("silo").GetString()!)
            .Select(static s => s[..s.LastIndexOf(':')]);
        Assert.Equal(Enumerable.Range(1, silos).Select(n => $"S{containers.Address(n)}:11111"), found.Order());
    }

    private static async Task CheckStoppingAsync(IEnumerable<Confined> programs)
    {
        foreach (var program in programs.Reverse())
        {
            var status = await program.StatusAsync();
            Assert.Equal(("1654\t1654\t1654\t1654", "0000000000000000", "1"), (status["Uid"], status["CapBnd"], status["NoNewPrivs"]));
            Assert.True(await program.StopAsync() == 0, program.Output);
        }
    }

    /// <summary>
    /// Probes the program as Kubernetes does until it answers as expected, for at most as long as Kubernetes waits for a start.
    /// </summary>
    private async Task CheckProbesAsync(IPAddress address, JsonNode container)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var patience =
            TimeSpan.FromSeconds(container.Number("startupProbe", "periodSeconds") * container.Number("startupProbe", "failureThreshold"));
        foreach (var probe in new[] { "startupProbe", "livenessProbe", "readinessProbe" })
        {
            var get = container.At(probe, "httpGet")!;
            var port = container.At("ports")!.AsArray().Single(p => p!.Text("name") == get.Text("port"))!.Number("containerPort");
            while (true)
            {
                using var answer = await _http.GetAsync(new Uri($"http://{address}:{port}{get.Text("path")}"), Stop);
                if (answer.IsSuccessStatusCode)
                {
                    break;
                }

                Assert.True(TimeProvider.System.GetElapsedTime(begun) < patience, $"{probe}: {answer.StatusCode}");

                // Kubernetes polls too, since a program in another process does not announce that it is ready.
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Stop);
            }
        }
    }

    private async Task<string> GetAsync(Uri server, string path, string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, path));
        request.Headers.Host = host is null ? null : $"{host}:{server.Port}";
        using var answer = await _http.SendAsync(request, Stop);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {text}");
        return text;
    }
}
