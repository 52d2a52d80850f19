using System.Reflection.Metadata;
using System.Text;

namespace OrleansTasks.Tests.Packages;

/// <summary>What symbols say of sources.</summary>
internal sealed class Symbols(byte[] pdb)
{
    // Of the format of portable symbols: the kind of custom debug information that has the addresses of sources.
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    /// <summary>The paths of the sources.</summary>
    public IReadOnlyList<string> Sources() => Read(static r => r.Documents.Select(d => r.GetString(r.GetDocument(d).Name)).ToList());

    /// <summary>Where debuggers fetch the sources, as JSON; null if it is not said.</summary>
    public string? Addresses() => Read(static r => r.CustomDebugInformation.Select(r.GetCustomDebugInformation)
        .Where(i => r.GetGuid(i.Kind) == SourceLink).Select(i => Encoding.UTF8.GetString(r.GetBlobBytes(i.Value))).FirstOrDefault());

    private T Read<T>(Func<MetadataReader, T> read)
    {
        using var provider = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(pdb));
        return read(provider.GetMetadataReader());
    }
}
