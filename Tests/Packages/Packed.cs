using System.Reflection;
using OrleansTasks.Tests.Servers;

[assembly: AssemblyFixture(typeof(OrleansTasks.Tests.Packages.Packed))]

namespace OrleansTasks.Tests.Packages;

/// <summary>All packages, as they are made from what is built, under a version that nobody has. Programs outside the repository are made, restored and built with them.</summary>
public sealed class Packed : IAsyncLifetime
{
    private static readonly string[] Projects = ["GrainInterfaces", "Grains", "Dashboard", "Storage.Sqlite", "Storage.Redis", "Storage.PostgreSql", "Templates"];

    /// <summary>Where everything is, outside the repository.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("ot-packages-").FullName;

    public string Version { get; } = $"0.0.1-test.v{Guid.NewGuid():N}";

    public string Packages => Path.Combine(Folder, "packages");

    private static string Configuration => typeof(Packed).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    public async ValueTask InitializeAsync()
    {
        foreach (var project in Projects)
        {
            await RunAsync(Repository, "pack", project, "-c", Configuration, "--no-build", $"-p:Version={Version}", $"-p:PackageOutputPath={Packages}");
        }

        // What the packages need comes from where this repository has it from; of ours, only what was made just now.
        await File.WriteAllTextAsync(Path.Combine(Folder, "nuget.config"), $"""
            <configuration>
              <packageSources><add key="made" value="{Packages}" /></packageSources>
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

    private static string Repository
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "OrleansTasks.sln")))
            {
                folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests are not in the repository.");
            }

            return folder;
        }
    }

    private static string Cache => System.Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private Dictionary<string, string> Environment(string folder) => folder == Repository ? [] : new()
    {
        ["NUGET_PACKAGES"] = Path.Combine(Folder, "cache"),
        ["DOTNET_CLI_HOME"] = Path.Combine(Folder, "home"),
    };
}
