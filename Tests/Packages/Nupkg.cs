using System.IO.Compression;
using System.Xml.Linq;

namespace OrleansTasks.Tests.Packages;

/// <summary>Reads a package.</summary>
internal sealed class Nupkg : IDisposable
{
    private readonly ZipArchive _zip;
    private readonly XElement _metadata;

    private Nupkg(string file, string id)
    {
        _zip = ZipFile.OpenRead(file);
        using var open = _zip.GetEntry($"{id}.nuspec")!.Open();
        _metadata = XDocument.Load(open).Root!.Elements().Single();
    }

    public IReadOnlyList<string> Files => [.. _zip.Entries.Select(static e => e.FullName)];

    public static Nupkg Open(string folder, string id, string version, string ending = "nupkg") =>
        new(Path.Combine(folder, $"{id}.{version}.{ending}"), id);

    /// <summary>Returns the text of an element of the description. Null if there is none.</summary>
    public string? Value(string name) => Element(name)?.Value;

    public XElement? Element(string name) => _metadata.Elements().FirstOrDefault(e => e.Name.LocalName == name);

    public IReadOnlyDictionary<string, string> Dependencies => _metadata.Descendants()
        .Where(static e => e.Name.LocalName == "dependency")
        .ToDictionary(static d => d.Attribute("id")!.Value, static d => d.Attribute("version")!.Value);

    /// <summary>Gets the assets that dependencies exclude, by dependency. The value is null if nothing is excluded.</summary>
    public IReadOnlyDictionary<string, string?> Excluded => _metadata.Descendants()
        .Where(static e => e.Name.LocalName == "dependency")
        .ToDictionary(static d => d.Attribute("id")!.Value, static d => d.Attribute("exclude")?.Value);

    /// <summary>Returns the content of a file in the package.</summary>
    public byte[] Read(string file)
    {
        using var open = _zip.GetEntry(file)!.Open();
        using var bytes = new MemoryStream();
        open.CopyTo(bytes);
        return bytes.ToArray();
    }

    public void Dispose() => _zip.Dispose();
}
