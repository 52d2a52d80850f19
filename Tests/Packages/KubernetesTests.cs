using System.Globalization;
using System.Text.Json.Nodes;
using k8s;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting.Kubernetes;

namespace OrleansTasks.Tests.Packages;

/// <summary>
/// Checks that the template's Kubernetes files agree with each other and with the defaults of the programs that they start.
/// </summary>
public sealed class KubernetesTests(Packed packed)
{
    private static readonly TimeSpan ShutdownTimeout = new HostOptions().ShutdownTimeout;
    private static readonly TasksOptions Options = new();

    public static TheoryData<string> Storages => ["redis", "postgres"];

    [Theory]
    [MemberData(nameof(Storages))]
    public async Task Files_OfBothStorages_AreValidAndReferToEachOther(string storage)
    {
        var all = await ReadAsync(storage);
        foreach (var pods in all.Where(static d => d.At("spec", "template") is not null))
        {
            // Selectors match the labels of the pods.
            Assert.All(pods.At("spec", "selector", "matchLabels")!.AsObject(),
                l => Assert.Equal(l.Value!.ToString(), pods.Text("spec", "template", "metadata", "labels", l.Key)));
        }

        var labels = all.Where(static d => d.At("spec", "template") is not null)
            .Select(static d => d.Text("spec", "template", "metadata", "labels", "app")).ToHashSet();
        Assert.Equal(3, labels.Count);
        Assert.All(Of(all, "PodDisruptionBudget"), d => Assert.Contains(d.Text("spec", "selector", "matchLabels", "app"), labels));
        Assert.All(Of(all, "Service"), d => Assert.Contains(d.Text("spec", "selector", "app"), labels));
        Assert.Equal(2, Of(all, "PodDisruptionBudget").Count);
        Assert.Single(all,
            d => d.Text("kind") == "StatefulSet" && d.Text("spec", "template", "spec", "containers", "0", "name") == storage);
        Assert.DoesNotContain(all, static d => d.ToJsonString().Contains("company-tasks", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Storages))]
    public async Task Files_OfBothStorages_HaveKnownFieldsOnly(string storage)
    {
        foreach (var file in await FilesAsync(storage))
        {
            // Strict reading rejects unknown names and values of another type.
            var objects = KubernetesYaml.LoadAllFromString(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken),
                typeMap: null, strict: true);
            Assert.Equal(YamlFile.Read(file).Select(static d => d.Text("kind")),
                objects.Select(static o => Assert.IsAssignableFrom<IKubernetesObject>(o).Kind));
        }
    }

    [Theory]
    [InlineData("Silo", "silo")]
    [InlineData("Web", "web")]
    public async Task Program_ImageAndPorts_MatchTheDockerfile(string program, string name)
    {
        var folder = await packed.MadeClusterAsync("redis");
        var all = await ReadAsync("redis");
        var dockerfile = await Dockerfile.ReadAsync(Path.Combine(folder, program, "Dockerfile"));
        var pods = Deployment(all, name).At("spec", "template")!;
        var container = pods.At("spec", "containers", "0")!;
        var ports = container.At("ports")!.AsArray().ToDictionary(static p => p!.Text("name"), static p => p!.Number("containerPort"));
        Assert.Equal(dockerfile.Ports.Order(), ports.Values.Order());
        Assert.Equal(dockerfile.Environment["ASPNETCORE_HTTP_PORTS"], ports["http"].ToString(CultureInfo.InvariantCulture));

        // Every reference to a port of these pods names an existing port.
        var app = pods.Text("metadata", "labels", "app");
        string[] named =
        [
            .. new[] { "startupProbe", "livenessProbe", "readinessProbe" }.Select(p => container.Text(p, "httpGet", "port")),
            .. Of(all, "Service").Where(d => d.Text("spec", "selector", "app") == app)
                .SelectMany(static d => d.At("spec", "ports")!.AsArray()).Select(static p => p!.Text("targetPort")),
            .. Of(all, "NetworkPolicy").Where(d => d.Text("spec", "podSelector", "matchLabels", "app") == app)
                .SelectMany(static d => d.At("spec", "ingress")!.AsArray()).SelectMany(static i => i!.At("ports")!.AsArray())
                .Select(static p => p!.Text("port")),
        ];
        Assert.All(named, p => Assert.Contains(p, ports.Keys));

        var readme = await File.ReadAllTextAsync(Path.Combine(folder, "README.md"), TestContext.Current.CancellationToken);
        Assert.Contains($"docker build -t {container.Text("image").Split(':')[0]} -f {program}/Dockerfile .", readme,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silo_StopsInTimeAndOneAfterTheOther()
    {
        var silo = Deployment(await ReadAsync("redis"), "silo");
        CheckStopping(silo);
        Assert.True(ShutdownTimeout > Options.DrainTimeout,
            $"The host stops within {ShutdownTimeout}, and runs have {Options.DrainTimeout}.");
        Assert.Equal((0, 1),
            (silo.Number("spec", "strategy", "rollingUpdate", "maxUnavailable"),
                silo.Number("spec", "strategy", "rollingUpdate", "maxSurge")));
        Assert.True(silo.Number("spec", "replicas") >= 3);
    }

    [Fact]
    public async Task Silo_PortsAndVariables_MatchOrleans()
    {
        var all = await ReadAsync("redis");
        var silo = Deployment(all, "silo");
        var container = silo.At("spec", "template", "spec", "containers", "0")!;
        var ports = container.At("ports")!.AsArray().ToDictionary(static p => p!.Text("name"), static p => p!.Number("containerPort"));
        Assert.Equal((EndpointOptions.DEFAULT_SILO_PORT, EndpointOptions.DEFAULT_GATEWAY_PORT), (ports["silo"], ports["gateway"]));

        var variables = container.At("env")!.AsArray().Select(static e => e!.Text("name")).ToList();
        Assert.All(
            [KubernetesHostingOptions.PodNameEnvironmentVariable, KubernetesHostingOptions.PodNamespaceEnvironmentVariable,
                KubernetesHostingOptions.PodIPEnvironmentVariable],
            v => Assert.Contains(v, variables));

        // The Kubernetes hosting of Orleans finds pods by these labels, and web servers must use the same cluster id.
        var labels = silo.At("spec", "template", "metadata", "labels")!;
        Assert.Equal(labels.Text(KubernetesHostingOptions.ClusterIdLabel), labels.Text(KubernetesHostingOptions.ServiceIdLabel));
        var web = Deployment(all, "web").At("spec", "template", "spec", "containers", "0", "env")!.AsArray();
        Assert.Equal(labels.Text(KubernetesHostingOptions.ClusterIdLabel),
            web.Single(static e => e!.Text("name") == "Cluster__Id")!.Text("value"));

        var account = silo.Text("spec", "template", "spec", "serviceAccountName");
        Assert.Equal(account, Of(all, "ServiceAccount").Single().Text("metadata", "name"));
        var binding = Of(all, "RoleBinding").Single();
        Assert.Equal((account, Of(all, "Role").Single().Text("metadata", "name")),
            (binding.Text("subjects", "0", "name"), binding.Text("roleRef", "name")));
        Assert.Equal(["get", "list", "patch", "watch"],
            Of(all, "Role").Single().At("rules", "0", "verbs")!.AsArray().Select(static v => v!.ToString()).Order());
    }

    [Fact]
    public async Task Programs_AreProbedAndHaveTimeToStart()
    {
        var all = await ReadAsync("postgres");
        foreach (var name in new[] { "silo", "web" })
        {
            var container = Deployment(all, name).At("spec", "template", "spec", "containers", "0")!;
            Assert.Equal(("/health/live", "/health/ready"),
                (container.Text("livenessProbe", "httpGet", "path"), container.Text("readinessProbe", "httpGet", "path")));

            // A silo waits this long for its database, and a web server for a silo.
            var start = TimeSpan.FromSeconds(
                container.Number("startupProbe", "periodSeconds") * container.Number("startupProbe", "failureThreshold"));
            Assert.True(start >= 2 * new TaskClientOptions().ConnectTimeout, $"{name} has {start}");
        }

        CheckStopping(Deployment(all, "web"));
    }

    [Fact]
    public async Task Programs_RunAsNonRootAndFindTheirSecret()
    {
        var all = await ReadAsync("postgres");
        foreach (var name in new[] { "silo", "web" })
        {
            var pod = Deployment(all, name).At("spec", "template", "spec")!;
            Assert.Equal("true", pod.Text("securityContext", "runAsNonRoot"), ignoreCase: true);
            var container = pod.At("containers", "0")!;
            Assert.Equal("false", container.Text("securityContext", "allowPrivilegeEscalation"), ignoreCase: true);
            Assert.Equal("true", container.Text("securityContext", "readOnlyRootFilesystem"), ignoreCase: true);

            var file = container.At("env")!.AsArray().Single(static e => e!.Text("name") == "Cluster__ConnectionStringFile")!.Text("value");
            var mount = container.At("volumeMounts")!.AsArray()
                .Single(m => file.StartsWith(m!.Text("mountPath") + "/", StringComparison.Ordinal))!;
            var volume = pod.At("volumes")!.AsArray().Single(v => v!.Text("name") == mount.Text("name"))!;
            var readme = await File.ReadAllTextAsync(Path.Combine(await packed.MadeClusterAsync("postgres"), "README.md"),
                TestContext.Current.CancellationToken);
            Assert.Contains($"kubectl create secret generic {volume.Text("secret", "secretName")} --from-literal={Path.GetFileName(file)}=",
                readme, StringComparison.Ordinal);
        }
    }

    private static void CheckStopping(JsonNode deployment)
    {
        var pod = deployment.At("spec", "template", "spec")!;
        var grace = TimeSpan.FromSeconds(pod.Number("terminationGracePeriodSeconds"));
        var before = TimeSpan.FromSeconds(pod.Number("containers", "0", "lifecycle", "preStop", "sleep", "seconds"));
        Assert.True(grace > before + ShutdownTimeout,
            string.Create(CultureInfo.InvariantCulture, $"The pod has {grace}, waits {before}, and the host has {ShutdownTimeout}."));
    }

    private static JsonNode Deployment(IReadOnlyList<JsonNode> all, string container) =>
        Of(all, "Deployment").Single(d => d.Text("spec", "template", "spec", "containers", "0", "name") == container);

    private static IReadOnlyList<JsonNode> Of(IReadOnlyList<JsonNode> all, string kind) => [.. all.Where(d => d.Text("kind") == kind)];

    private async Task<IReadOnlyList<JsonNode>> ReadAsync(string storage) => [.. (await FilesAsync(storage)).SelectMany(YamlFile.Read)];

    private async Task<IReadOnlyList<string>> FilesAsync(string storage) =>
        [.. Directory.GetFiles(Path.Combine(await packed.MadeClusterAsync(storage), "kubernetes"), "*.yaml").Order(StringComparer.Ordinal)];
}
