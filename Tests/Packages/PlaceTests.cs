using System.Globalization;
using Microsoft.Extensions.Hosting;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Packages;

/// <summary>Checks the template's files for Docker and systemd.</summary>
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

        // Everyone who reaches the port may use dashboard and API, so only this machine may reach it.
        var http =
            (await Dockerfile.ReadAsync(
                Path.Combine(folder, services.Text("web", "build", "dockerfile")))).Environment["ASPNETCORE_HTTP_PORTS"];
        Assert.Equal($"127.0.0.1:8080:{http}", services.Text("web", "ports", "0"));
    }

    [Theory]
    [InlineData("Silo")]
    [InlineData("Web")]
    public async Task Dockerfile_HasTwoStagesAndRunsAsNonRoot(string program)
    {
        var folder = await packed.MadeClusterAsync("redis");
        var file = await Dockerfile.ReadAsync(Path.Combine(folder, program, "Dockerfile"));
        Assert.Equal(["mcr.microsoft.com/dotnet/sdk:10.0", "mcr.microsoft.com/dotnet/aspnet:10.0"], file.Images);
        Assert.Equal("$APP_UID", file.User);

        // The output of the build is copied and started.
        Assert.Equal(["dotnet", "publish", $"{program}/{program}.csproj", "-c", "Release", "-o", "/app"], file.Build);
        Assert.Equal(["--from=build", "/app", "."], file.Copied);
        Assert.Equal("/app", file.Folder);
        Assert.Equal(["dotnet", $"{program}.dll"], file.Entrypoint);
        Assert.True(File.Exists(Path.Combine(folder, file.Build[2])));

        // The image's user cannot open ports below 1024.
        Assert.Contains(int.Parse(file.Environment["ASPNETCORE_HTTP_PORTS"], CultureInfo.InvariantCulture), file.Ports);
        Assert.All(file.Ports, static p => Assert.InRange(p, 1024, 65535));

        // The build ignores no file that it needs.
        Assert.Equal(["**/bin/", "**/obj/", ".git/", "kubernetes/", "systemd/"],
            await File.ReadAllLinesAsync(Path.Combine(folder, ".dockerignore"), Stop));
    }

    [Theory]
    [InlineData("silo")]
    [InlineData("web")]
    public async Task Unit_OfAProgram_LetsItStopGracefully(string program)
    {
        var folder = Path.Combine(await packed.MadeClusterAsync("redis"), "systemd");
        var file = Directory.GetFiles(folder, $"*-{program}.service").Single();
        var text = await File.ReadAllTextAsync(file, Stop);
        var settings = text.Split('\n').Where(static l => l.Contains('=', StringComparison.Ordinal) && l[0] != '#')
            .Select(static l => l.Split('=', 2)).ToLookup(static l => l[0], static l => l[1]);
        Assert.True(TimeSpan.FromSeconds(int.Parse(settings["TimeoutStopSec"].Single(), CultureInfo.InvariantCulture)) > ShutdownTimeout);
        Assert.Equal(("always", "SIGTERM", "yes"),
            (settings["Restart"].Single(), settings["KillSignal"].Single(), settings["DynamicUser"].Single()));

        // Where systemd is installed, it checks the unit itself. It needs programs that exist.
        if (Programs.Find("systemd-analyze") is { } systemd)
        {
            var here = Path.Combine(packed.Folder, Path.GetFileName(file));
            await File.WriteAllTextAsync(here, text.Replace("/usr/bin/dotnet", Programs.Find("dotnet"), StringComparison.Ordinal), Stop);
            await Programs.RunAsync(systemd, "verify", "--man=no", here);
        }
    }
}
