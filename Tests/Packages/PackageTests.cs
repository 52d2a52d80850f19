using System.Xml.Linq;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Packages;

/// <summary>Checks the content of the packages.</summary>
public sealed class PackageTests(Packed packed)
{
    private const string Templates = "OrleansTasks.Templates";
    private const string Tool = "orleanstasks";

    public static TheoryData<string, string> Libraries => new()
    {
        { "OrleansTasks.Client", "OrleansTasks.GrainInterfaces" },
        { "OrleansTasks.Server", "OrleansTasks.Grains" },
        { "OrleansTasks.Dashboard", "OrleansTasks.Dashboard" },
        { "OrleansTasks.Storage.Sqlite", "OrleansTasks.Storage.Sqlite" },
        { "OrleansTasks.Storage.Redis", "OrleansTasks.Storage.Redis" },
        { "OrleansTasks.Storage.PostgreSql", "OrleansTasks.Storage.PostgreSql" },
        { "OrleansTasks.Reminders", "OrleansTasks.Reminders" },
        { "OrleansTasks.Outbox", "OrleansTasks.Outbox" },
        { "OrleansTasks.Outbox.EntityFrameworkCore", "OrleansTasks.Outbox.EntityFrameworkCore" },
        { "OrleansTasks.Aspire.Hosting", "OrleansTasks.Aspire.Hosting" },
        { "OrleansTasks.Testing", "OrleansTasks.Testing" },
        { "OrleansTasks.Client.Http", "OrleansTasks.Client.Http" },
    };

    public static TheoryData<string> Packages => [.. Ids, Templates, Tool];

    private static IEnumerable<string> Ids => Libraries.Select(static l => l.Data.Item1);

    [Fact]
    public void Pack_Solution_CreatesTheExpectedPackagesWithoutWarnings()
    {
        Assert.DoesNotContain("warning ", packed.Log, StringComparison.Ordinal);
        var wanted = Ids.SelectMany(id => new[] { $"{id}.{packed.Version}.nupkg", $"{id}.{packed.Version}.snupkg" })
            .Append($"{Templates}.{packed.Version}.nupkg").Append($"{Tool}.{packed.Version}.nupkg");
        Assert.Equal(wanted.Order(StringComparer.Ordinal),
            Directory.GetFiles(packed.Packages).Select(static f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void Description_OfAPackage_HasTheSearchTerms(string id)
    {
        using var package = Nupkg.Open(packed.Packages, id, packed.Version);
        Assert.Equal(("MIT", "README.md", "icon.png"), (package.Value("license"), package.Value("readme"), package.Value("icon")));
        Assert.Equal("expression", package.Element("license")!.Attribute("type")!.Value);
        Assert.All(["README.md", "icon.png"], f => Assert.Contains(f, package.Files));
        Assert.Equal((id, packed.Version, "OrleansTasks contributors"),
            (package.Value("id"), package.Value("version"), package.Value("authors")));
        Assert.InRange(package.Value("description")!.Length, 40, 300);
        Assert.Subset(package.Value("tags")!.Split(' ').ToHashSet(), new HashSet<string> { "orleans", "tasks", "scheduler" });

        // The package names the commit that was built. It also has the repository's address if the repository has one.
        if (Path.Exists(Path.Combine(Repository.Root, ".git")))
        {
            var repository = package.Element("repository")!;
            Assert.Equal("git", repository.Attribute("type")!.Value);
            Assert.Matches("^[0-9a-f]{40}$", repository.Attribute("commit")!.Value);
        }
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Files_OfALibraryPackage_AreTheAssemblyAndItsDocumentation(string id, string assembly)
    {
        using var package = Nupkg.Open(packed.Packages, id, packed.Version);
        Assert.Equal([$"lib/net10.0/{assembly}.dll", $"lib/net10.0/{assembly}.xml"],
            package.Files.Where(static f => f.StartsWith("lib/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        using var xml = new MemoryStream(package.Read($"lib/net10.0/{assembly}.xml"));
        Assert.Contains(XDocument.Load(xml).Descendants("member"),
            static m => m.Attribute("name")!.Value.StartsWith("T:", StringComparison.Ordinal) && m.Element("summary") is not null);

        // Dependencies on our own packages have the same version, and are packages too.
        var ours = package.Dependencies.Where(static d => d.Key.StartsWith("OrleansTasks.", StringComparison.Ordinal)).ToList();
        Assert.All(ours, d => Assert.Equal(packed.Version, d.Value));
        Assert.All(ours, static d => Assert.Contains(d.Key, Ids));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Analyzers_OfALibraryPackage_ComeWithTheClientOnly(string id, string assembly)
    {
        string[] wanted = ["Cronos.dll", "NodaTime.dll", "OrleansTasks.Generators.CodeFixes.dll", "OrleansTasks.Generators.dll"];
        using var package = Nupkg.Open(packed.Packages, id, packed.Version);
        var analyzers = package.Files.Where(static f => f.StartsWith("analyzers/", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        Assert.Equal(assembly == "OrleansTasks.GrainInterfaces" ? wanted.Select(static f => $"analyzers/dotnet/cs/{f}") : [], analyzers);
        Assert.Equal(assembly == "OrleansTasks.GrainInterfaces", package.Files.Contains("third-party-notices.txt"));

        // Analyzers reach every package that depends on this one. By default, NuGet would exclude them.
        Assert.All(package.Excluded.Where(static d => d.Key.StartsWith("OrleansTasks.", StringComparison.Ordinal)),
            static d => Assert.Null(d.Value));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Symbols_OfALibrary_AreAPackageWithoutPathsOfThisMachine(string id, string assembly)
    {
        using var package = Nupkg.Open(packed.Packages, id, packed.Version, "snupkg");
        var sources = new Symbols(package.Read($"lib/net10.0/{assembly}.pdb")).Sources();
        Assert.NotEmpty(sources);
        Assert.All(sources, static s => Assert.DoesNotContain(Repository.Root, s, StringComparison.Ordinal));
    }

    [Fact]
    public void Readme_OfThePackages_NamesEachOfThem()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "build", "package-readme.md"));
        Assert.All([.. Ids, Templates, Tool], id => Assert.Contains($"`{id}`", readme, StringComparison.Ordinal));
    }

    [Fact]
    public void Readme_OfTheRepository_InstallsTheCurrentVersion()
    {
        var version = XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props")).Descendants("Version").Single().Value;
        Assert.Contains($"{Templates}.{version}.nupkg", File.ReadAllText(Path.Combine(Repository.Root, "README.md")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Template_OfThePackage_HasNoOutputOfABuild()
    {
        using var package = Nupkg.Open(packed.Packages, Templates, packed.Version);
        Assert.DoesNotContain(package.Files,
            static f => f.Contains("/bin/", StringComparison.Ordinal) || f.Contains("/obj/", StringComparison.Ordinal));
        Assert.Equal(2, package.Files.Count(static f => f.EndsWith("/template.json", StringComparison.Ordinal)));
    }
}
