using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Packages;

/// <summary>Installs the command line tool from its package, and runs it as people do.</summary>
public sealed class ToolTests(Packed packed)
{
    [Fact]
    public async Task Tool_FromItsPackage_Runs()
    {
        var folder = Path.Combine(packed.Folder, "tool");
        await packed.RunAsync(packed.Folder, "tool", "install", "orleanstasks", "--tool-path", folder, "--version", packed.Version);
        var tool = Path.Combine(folder, "orleanstasks");
        Assert.Matches(@"^\d+\.\d+\.\d+", await Programs.RunAsync(tool, "--version"));
        var preview = await Programs.RunAsync(tool, "preview", "--cron", "30 2 * * *", "--time-zone", "Europe/Berlin", "--from",
            "2027-03-27T12:00:00Z", "--count", "1");
        Assert.Contains("2027-03-28 01:00:00Z", preview, StringComparison.Ordinal);

        // Without a server at the address, the tool writes one line and no stack trace.
        var failed = await Assert.ThrowsAsync<InvalidOperationException>(
            () => Programs.RunAsync(tool, "list", "--server", $"127.0.0.1:{Ports.Take()}"));
        Assert.Contains("ended with exit code 3:", failed.Message, StringComparison.Ordinal);
        Assert.Contains("is out of reach", failed.Message, StringComparison.Ordinal);
    }
}
