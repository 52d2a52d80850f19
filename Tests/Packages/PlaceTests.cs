using System.Globalization;
using Microsoft.Extensions.Hosting;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Packages;

/// <summary>The files for Docker and systemd that the template makes.</summary>
public sealed class PlaceTests(Packed packed)
{
    private static readonly TimeSpan ShutdownTimeout = new HostOptions().ShutdownTimeout;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("redis", "redis:", "store:6379")]
    [InlineData("postgres", "postgres:", "Host=store;Database=tasks;Username=tasks;Password=tasks")]
    public async Task Compose_OfBothStorages_HasAStoreSilosAndAWebServer(string storage, string image, string connection)
    {
        var folder = await packed.MadeClusterAsync(storage);
        var services = Assert.Single(YamlFile.Read(Path.Combine(folder, "compose.yaml"))).At("services")!;
        Assert.Equal(["silo", "store", "web"], services.AsObject().Select(static s => s.Key).Order());
        Assert.StartsWith(image, services.Text("store", "image"), StringComparison.Ordinal);
        foreach (var name in new[] { "silo", "web" })
        {
            var service = services.At(name)!;
            Assert.Equal(connection, service.Text("environment", "Cluster__ConnectionString"));
            Assert.True(File.Exists(Path.Combine(folder, service.Text("build", "dockerfile"))));
            Assert.Equal("service_healthy", service.Text("depends_on", "store", "condition"));
            var grace = service.Text("stop_grace_period");
            Assert.True(TimeSpan.FromSeconds(int.Parse(grace.TrimEnd('s'), CultureInfo.InvariantCulture)) > ShutdownTimeout, grace);
        }

        // Whoever reaches the port may use dashboard and API: it is this machine's alone.
        Assert.StartsWith("127.0.0.1:", services.Text("web", "ports", "0"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Silo")]
    [InlineData("Web")]
    public async Task Dockerfile_HasTwoStagesAndIsNotRoot(string program)
    {
        var folder = await packed.MadeClusterAsync("redis");
        var lines = (await File.ReadAllLinesAsync(Path.Combine(folder, program, "Dockerfile"), Stop)).Select(static l => l.Split(' ')).Where(static l => l[0].Length > 0 && l[0] != "#").ToList();
        Assert.Equal(["mcr.microsoft.com/dotnet/sdk:10.0", "mcr.microsoft.com/dotnet/aspnet:10.0"], lines.Where(static l => l[0] == "FROM").Select(static l => l[1]));
        Assert.Equal("$APP_UID", lines.Last(static l => l[0] == "USER")[1]);
        Assert.True(File.Exists(Path.Combine(folder, lines.Single(static l => l[0] == "RUN")[3])));
        Assert.Equal($"[\"dotnet\", \"{program}.dll\"]", string.Join(' ', lines[^1][1..]));
    }

    [Theory]
    [InlineData("silo")]
    [InlineData("web")]
    public async Task Unit_OfAProgram_IsOneAndLetsItStopInOrder(string program)
    {
        var folder = Path.Combine(await packed.MadeClusterAsync("redis"), "systemd");
        var file = Directory.GetFiles(folder, $"*-{program}.service").Single();
        var text = await File.ReadAllTextAsync(file, Stop);
        var settings = text.Split('\n').Where(static l => l.Contains('=', StringComparison.Ordinal) && l[0] != '#').Select(static l => l.Split('=', 2)).ToLookup(static l => l[0], static l => l[1]);
        Assert.True(TimeSpan.FromSeconds(int.Parse(settings["TimeoutStopSec"].Single(), CultureInfo.InvariantCulture)) > ShutdownTimeout);
        Assert.Equal(("always", "SIGTERM", "yes"), (settings["Restart"].Single(), settings["KillSignal"].Single(), settings["DynamicUser"].Single()));

        // systemd itself says more, where it is; it wants programs that are there.
        if (Programs.Find("systemd-analyze") is { } systemd)
        {
            var here = Path.Combine(packed.Folder, Path.GetFileName(file));
            await File.WriteAllTextAsync(here, text.Replace("/usr/bin/dotnet", Programs.Find("dotnet"), StringComparison.Ordinal), Stop);
            await Programs.RunAsync(systemd, "verify", "--man=no", here);
        }
    }
}
