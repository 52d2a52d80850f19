using System.Collections.Concurrent;
using OrleansTasks.Tests.Servers;

[assembly: AssemblyFixture(typeof(OrleansTasks.Tests.Packages.Packed))]

namespace OrleansTasks.Tests.Packages;

/// <summary>All packages, as they are made from what is built, under a version that nobody has. Programs outside the repository are made, restored and built with them.</summary>
public sealed class Packed : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> _made = new();

    /// <summary>Where everything is, outside the repository.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("ot-packages-").FullName;

    public string Version { get; } = $"0.0.1-test.v{Guid.NewGuid():N}";

    public string Packages => Path.Combine(Folder, "packages");

    /// <summary>What packing wrote.</summary>
    public string Log { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        // All at once, as people do it; what is not packed need not have been built.
        Log = await RunAsync(Repository.Root, "pack", "OrleansTasks.sln", "-c", Repository.Configuration, "--no-build", $"-p:Version={Version}", $"-p:PackageOutputPath={Packages}");

        // What the packages need comes from where this repository has it from; of ours, only what was made just now.
        await File.WriteAllTextAsync(Path.Combine(Folder, "nuget.config"), $"""
            <configuration>
              <packageSources><clear /><add key="made" value="{Packages}" /></packageSources>
              <fallbackPackageFolders><add key="here" value="{Cache}" /></fallbackPackageFolders>
            </configuration>
            """);
        await RunAsync(Folder, "new", "install", Path.Combine(Packages, $"OrleansTasks.Templates.{Version}.nupkg"));
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs the SDK in a folder, with packages and templates of its own.</summary>
    public Task<string> RunAsync(string folder, params IEnumerable<string> arguments) => Programs.RunInAsync(folder, Environment(folder), "dotnet", arguments);

    /// <summary>Makes a program from a template, once for all tests.</summary>
    /// <returns>Its folder.</returns>
    public Task<string> MadeAsync(string name, string template, params string[] arguments) => _made.GetOrAdd(name, _ => new(async () =>
    {
        var folder = Path.Combine(Folder, name);
        await RunAsync(Folder, ["new", template, "-o", folder, .. arguments]);
        return folder;
    })).Value;

    /// <summary>Makes a cluster's programs from the template, once for all tests.</summary>
    /// <param name="storage"><c>redis</c> or <c>postgres</c>.</param>
    /// <returns>Their folder.</returns>
    public Task<string> MadeClusterAsync(string storage) => MadeAsync($"Shop.{char.ToUpperInvariant(storage[0])}{storage[1..]}", "orleanstasks-cluster", "--storage", storage);

    /// <summary>Publishes a program of the cluster with Redis by the very command of its Dockerfile, into another folder than the image's; once for all tests.</summary>
    /// <param name="program">Its folder: <c>Silo</c> or <c>Web</c>.</param>
    /// <returns>Where it was published to, and the Dockerfile.</returns>
    internal async Task<(string Folder, Dockerfile File)> PublishedAsync(string program)
    {
        var sources = await MadeClusterAsync("redis");
        var file = await Dockerfile.ReadAsync(Path.Combine(sources, program, "Dockerfile"));
        var folder = await _made.GetOrAdd($"published {program}", _ => new(async () =>
        {
            var output = Path.Combine(Folder, "published", program);
            await RunAsync(sources, file.Build[1..].Select(a => a == file.Copied[1] ? output : a));
            return output;
        })).Value;
        return (folder, file);
    }

    /// <summary>Builds what is in a folder, with the recommended analyzers; a warning is an error, but for one that the package feed causes: it has not the version of a package that another one asks for, and gives the next.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="analyzed">False where the analyzers have seen the same code elsewhere.</param>
    public Task BuildAsync(string folder, bool analyzed = true) => RunAsync(
        folder, "build", "-c", "Release", "-warnaserror", "-warnNotAsError:NU1603", "-p:AnalysisLevel=latest-recommended", "-p:EnforceCodeStyleInBuild=true", $"-p:RunAnalyzers={analyzed}");

    private static string Cache => System.Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private Dictionary<string, string> Environment(string folder) => folder == Repository.Root ? [] : new()
    {
        ["NUGET_PACKAGES"] = Path.Combine(Folder, "cache"),
        ["DOTNET_CLI_HOME"] = Path.Combine(Folder, "home"),
    };
}
