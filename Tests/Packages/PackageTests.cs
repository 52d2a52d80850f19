using System.IO.Compression;
using System.Xml.Linq;

namespace OrleansTasks.Tests.Packages;

/// <summary>What is in the packages.</summary>
public sealed class PackageTests(Packed packed)
{
    public static TheoryData<string, string> Libraries => new()
    {
        { "OrleansTasks.Client", "OrleansTasks.GrainInterfaces" },
        { "OrleansTasks.Server", "OrleansTasks.Grains" },
        { "OrleansTasks.Dashboard", "OrleansTasks.Dashboard" },
        { "OrleansTasks.Storage.Sqlite", "OrleansTasks.Storage.Sqlite" },
        { "OrleansTasks.Storage.Redis", "OrleansTasks.Storage.Redis" },
        { "OrleansTasks.Storage.PostgreSql", "OrleansTasks.Storage.PostgreSql" },
    };

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task Package_OfALibrary_HasWhatPeopleLookFor(string package, string assembly)
    {
        using var zip = ZipFile.OpenRead(Path.Combine(packed.Packages, $"{package}.{packed.Version}.nupkg"));
        var files = zip.Entries.Select(static e => e.FullName).ToList();
        Assert.All([$"lib/net10.0/{assembly}.dll", $"lib/net10.0/{assembly}.xml", "README.md", "icon.png"], f => Assert.Contains(f, files));

        await using var open = await zip.GetEntry($"{package}.nuspec")!.OpenAsync(TestContext.Current.CancellationToken);
        var metadata = (await XDocument.LoadAsync(open, LoadOptions.None, TestContext.Current.CancellationToken)).Root!.Elements().Single();
        string? Value(string name) => metadata.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value;
        Assert.Equal(("MIT", "README.md", "icon.png"), (Value("license"), Value("readme"), Value("icon")));
        Assert.All(["description", "tags", "authors"], n => Assert.False(string.IsNullOrWhiteSpace(Value(n)), n));

        // What it needs of ours has the same version, and is a package too.
        var ours = metadata.Descendants().Where(static e => e.Name.LocalName == "dependency" && e.Attribute("id")!.Value.StartsWith("OrleansTasks.", StringComparison.Ordinal)).ToList();
        Assert.All(ours, d => Assert.Equal(packed.Version, d.Attribute("version")!.Value));
        Assert.All(ours, static d => Assert.Contains(d.Attribute("id")!.Value, Libraries.Select(static l => l.Data.Item1)));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Symbols_OfALibrary_AreAPackageToo(string package, string assembly)
    {
        using var zip = ZipFile.OpenRead(Path.Combine(packed.Packages, $"{package}.{packed.Version}.snupkg"));
        Assert.NotNull(zip.GetEntry($"lib/net10.0/{assembly}.pdb"));
    }
}
