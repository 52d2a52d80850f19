using System.Collections.Concurrent;
using OrleansTasks.Tests.Servers;

[assembly: AssemblyFixture(typeof(OrleansTasks.Tests.Packages.Packed))]

namespace OrleansTasks.Tests.Packages;

/// <summary>
/// Packs all projects from the existing build, under a version that nobody else uses. The tests create, restore and build programs with
/// these packages outside the repository.
/// </summary>
public sealed class Packed : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> _made = new();

    /// <summary>Gets the folder of everything that the tests create, outside the repository.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("ot-packages-").FullName;

    public string Version { get; } = $"0.0.1-test.v{Guid.NewGuid():N}";

    public string Packages => Path.Combine(Folder, "packages");

    /// <summary>Gets the output of the pack command.</summary>
    public string Log { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        // Packs all projects at once, as people do. Projects without a package need not be built.
        Log = await RunAsync(Repository.Root, "pack", "OrleansTasks.sln", "-c", Repository.Configuration, "--no-build",
            $"-p:Version={Version}", $"-p:PackageOutputPath={Packages}");

        // Packages of others come from the cache that this repository uses. Our own come only from the folder that was packed just now.
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

    /// <summary>Runs the SDK in a folder, with its own caches of packages and templates.</summary>
    public Task<string> RunAsync(string folder, params IEnumerable<string> arguments) =>
        Programs.RunInAsync(folder, Environment(folder), "dotnet", arguments);

    /// <summary>Creates a program from a template, once for all tests.</summary>
    /// <returns>The folder of the program.</returns>
    public Task<string> MadeAsync(string name, string template, params string[] arguments) => _made.GetOrAdd(name, _ => new(async () =>
    {
        var folder = Path.Combine(Folder, name);
        await RunAsync(Folder, ["new", template, "-o", folder, .. arguments]);
        return folder;
    })).Value;

    /// <summary>Creates the programs of a cluster from the template, once for all tests.</summary>
    /// <param name="storage">The storage: <c>redis</c> or <c>postgres</c>.</param>
    /// <returns>The folder of the programs.</returns>
    public Task<string> MadeClusterAsync(string storage) =>
        MadeAsync($"Shop.{char.ToUpperInvariant(storage[0])}{storage[1..]}", "orleanstasks-cluster", "--storage", storage);

    /// <summary>Builds a program of <c>dotnet new web</c> to which the packages were added, once for all tests.</summary>
    /// <returns>The folder of the program.</returns>
    public Task<string> MadePlainAsync() => _made.GetOrAdd("plain", _ => new(async () =>
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, "Plain")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "Plain.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="OrleansTasks.Server" Version="{Version}" />
                <PackageReference Include="OrleansTasks.Client" Version="{Version}" />
                <PackageReference Include="OrleansTasks.Dashboard" Version="{Version}" />
                <PackageReference Include="OrleansTasks.Storage.Sqlite" Version="{Version}" />
              </ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), """
            using OrleansTasks;

            var builder = WebApplication.CreateBuilder(args);
            builder.UseOrleans(silo => silo
                .UseLocalhostClustering(
                    builder.Configuration.GetValue("SiloPort", 11111),
                    builder.Configuration.GetValue("GatewayPort", 30000))
                .UseSqliteTasks("plain.db")
                .AddTasks(tasks => tasks.AddGenerated()));
            builder.Services.AddTasksDashboard();

            var app = builder.Build();
            app.MapTasksApi("/api");
            app.MapTasksDashboard("/tasks");
            app.MapGet("/cube/{n}", async (int n, ITaskClient client) => await client.Tasks.Square.RunAsync(n) * n);
            app.Run();

            internal static class Numbers
            {
                [Task("square")]
                internal static long Square(int n) => (long)n * n;

                [Task("offer")]
                internal static Offer MakeOffer(Order order) => new(order.Item, order.Count * 2.5m);

                [Task("nightly"), Cron("1 3 * * *", TimeZone = "Europe/Berlin")]
                internal static void Nightly()
                {
                }
            }

            internal sealed record Order(string Item, int Count);

            internal sealed record Offer(string Item, decimal Price);
            """);
        await BuildAsync(folder);
        return folder;
    })).Value;

    /// <summary>Starts the plain program.</summary>
    /// <param name="folder">The folder of the program.</param>
    /// <param name="work">The folder in which it keeps its tasks.</param>
    /// <param name="ports">The ports of the web server, the silo and the gateway.</param>
    internal static ProgramProcess StartPlain(string folder, string work, IReadOnlyList<int> ports) => ProgramProcess.Start(
        "Plain",
        Path.Combine(folder, "bin", "Release", "net10.0", "Plain.dll"),
        work,
        ["--urls", $"http://127.0.0.1:{ports[0]}", "--SiloPort", $"{ports[1]}", "--GatewayPort", $"{ports[2]}"]);

    /// <summary>
    /// Publishes a program of the Redis cluster with the exact command of its Dockerfile, but into another folder. Once for all tests.
    /// </summary>
    /// <param name="program">The program's folder: <c>Silo</c> or <c>Web</c>.</param>
    /// <returns>The folder of the published program, and the Dockerfile.</returns>
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

    /// <summary>
    /// Builds a folder with the recommended analyzers. Warnings are errors, except NU1603: the package feed lacks a version that a package
    /// asks for, and serves the next one.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="analyzed">False if the analyzers have already checked the same code elsewhere.</param>
    public Task BuildAsync(string folder, bool analyzed = true) => RunAsync(
        folder, "build", "-c", "Release", "-warnaserror", "-warnNotAsError:NU1603", "-p:AnalysisLevel=latest-recommended",
        "-p:EnforceCodeStyleInBuild=true", $"-p:RunAnalyzers={analyzed}");

    private static string Cache =>
        System.Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private Dictionary<string, string> Environment(string folder) => folder == Repository.Root ? [] : new()
    {
        ["NUGET_PACKAGES"] = Path.Combine(Folder, "cache"),
        ["DOTNET_CLI_HOME"] = Path.Combine(Folder, "home"),
    };
}
