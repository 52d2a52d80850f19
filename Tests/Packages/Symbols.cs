using System.Reflection.Metadata;
using System.Text;

namespace OrleansTasks.Tests.Packages;

/// <summary>Reads what symbols say about source files.</summary>
internal sealed class Symbols(byte[] pdb)
{
    // The kind of custom debug information that contains source addresses, by the format of portable PDBs.
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    /// <summary>Returns the paths of the source files.</summary>
    public IReadOnlyList<string> Sources() => Read(static r => r.Documents.Select(d => r.GetString(r.GetDocument(d).Name)).ToList());

    /// <summary>Returns the addresses from which debuggers fetch source files, as JSON. Null if there are none.</summary>
    public string? Addresses() => Read(static r => r.CustomDebugInformation.Select(r.GetCustomDebugInformation)
        .Where(i => r.GetGuid(i.Kind) == SourceLink).Select(i => Encoding.UTF8.GetString(r.GetBlobBytes(i.Value))).FirstOrDefault());

    private T Read<T>(Func<MetadataReader, T> read)
    {
        using var provider = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(pdb));
        return read(provider.GetMetadataReader());
    }
}
