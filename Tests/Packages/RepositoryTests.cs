using System.Xml.Linq;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Packages;

/// <summary>
/// Checks what the build reads from the repository. It builds a small library as it builds ours, in repositories of its own.
/// </summary>
public sealed class RepositoryTests(Packed packed)
{
    private const string Address = "https://github.com/example/orleans-tasks";
    private const string Version = "1.2.3";

    private static readonly string[] Shared = ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props",
        "build/BannedSymbols.txt", "build/icon.png", "build/package-readme.md"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pack_InTwoFolders_GivesTheSameAssemblyWithTheAddressesOfItsSources()
    {
        var (one, commit) = await PackAsync("one", Address + ".git");
        var (two, _) = await PackAsync("another/folder", Address + ".git");

        using var package = Nupkg.Open(one, "Small", Version);
        using var symbols = Nupkg.Open(one, "Small", Version, "snupkg");
        using var same = Nupkg.Open(two, "Small", Version);
        Assert.Equal(package.Read("lib/net10.0/Small.dll"), same.Read("lib/net10.0/Small.dll"));

        XElement repository = package.Element("repository")!;
        Assert.Equal((Address, commit),
            (repository.Attribute("url")!.Value.Replace(".git", "", StringComparison.Ordinal), repository.Attribute("commit")!.Value));
        var read = new Symbols(symbols.Read("lib/net10.0/Small.pdb"));
        Assert.Contains($"https://raw.githubusercontent.com/example/orleans-tasks/{commit}/*", read.Addresses(), StringComparison.Ordinal);
        Assert.Contains("/_/Small.cs", read.Sources());
    }

    [Fact]
    public async Task Pack_WhereTheRepositoryHasNoAddress_GivesNoWarning()
    {
        var (folder, commit) = await PackAsync("local", null);
        using var package = Nupkg.Open(folder, "Small", Version);
        Assert.Equal(commit, package.Element("repository")!.Attribute("commit")!.Value);
    }

    /// <summary>Packs the library.</summary>
    /// <returns>The folder of the packages, and the commit that was built.</returns>
    private async Task<(string Packages, string Commit)> PackAsync(string name, string? remote)
    {
        var folder = Directory.CreateDirectory(Path.Combine(packed.Folder, "repositories", name)).FullName;
        foreach (var file in Shared)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, file))!);
            File.Copy(Path.Combine(Repository.Root, file), Path.Combine(folder, file));
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "Small.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <IsOrleansTasksLibrary>true</IsOrleansTasksLibrary>
              </PropertyGroup>
            </Project>
            """, Stop);
        await File.WriteAllTextAsync(Path.Combine(folder, "Small.cs"), """
            namespace Small;

            /// <summary>Something.</summary>
            public static class Something
            {
                /// <summary>A number.</summary>
                /// <returns>One.</returns>
                public static int Number() => 1;
            }

            """, Stop);

        // The test sets dates and authors, so that each repository has the same commit.
        await GitAsync(folder, "init", "-q");
        await GitAsync(folder, "add", "-A");
        await GitAsync(folder, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "One");
        if (remote is not null)
        {
            await GitAsync(folder, "remote", "add", "origin", remote);
        }

        var packages = Path.Combine(folder, "artifacts", "packages");
        var log = await packed.RunAsync(folder, "pack", "Small.csproj", "-c", "Release", $"-p:Version={Version}");
        Assert.DoesNotContain("warning ", log, StringComparison.Ordinal);
        return (packages, (await GitAsync(folder, "rev-parse", "HEAD")).Trim());
    }

    private static Task<string> GitAsync(string folder, params string[] arguments) => Programs.RunInAsync(
        folder,
        new()
        {
            ["GIT_AUTHOR_DATE"] = "2026-01-01T00:00:00Z",
            ["GIT_COMMITTER_DATE"] = "2026-01-01T00:00:00Z",
            ["GIT_CONFIG_GLOBAL"] = "/dev/null"
        }, "git", arguments);
}
