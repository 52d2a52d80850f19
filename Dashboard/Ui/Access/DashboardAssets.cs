using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace OrleansTasks.Ui;

/// <summary>
/// Serves the dashboard's files, which are embedded in this assembly. Their addresses contain a hash of the content, so that browsers can
/// cache them without a time limit.
/// </summary>
internal static class DashboardAssets
{
    private const string Folder = "dashboard/";
    private static readonly FrozenDictionary<string, Lazy<Asset>> All = typeof(DashboardAssets).Assembly.GetManifestResourceNames()
        .Where(n => n.StartsWith(Folder, StringComparison.Ordinal))
        .ToFrozenDictionary(n => n[Folder.Length..], n => new Lazy<Asset>(() => Read(n)), StringComparer.Ordinal);

    /// <summary>Returns the address of a file, relative to the dashboard's address.</summary>
    public static string AddressOf(string file) => $"_assets/{file}?v={All[file].Value.Hash}";

    public static IResult Get(string file, HttpRequest request)
    {
        if (!All.TryGetValue(file, out var found))
        {
            return TypedResults.NotFound();
        }

        var asset = found.Value;
        var headers = request.HttpContext.Response.Headers;
        headers.CacheControl = request.Query["v"] == asset.Hash ? "public, max-age=31536000, immutable" : "no-cache";
        headers.XContentTypeOptions = "nosniff";
        headers.Vary = HeaderNames.AcceptEncoding;
        if (!request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.OrdinalIgnoreCase))
        {
            return TypedResults.Bytes(asset.Content, asset.Type, entityTag: new EntityTagHeaderValue($"\"{asset.Hash}\""));
        }

        headers.ContentEncoding = "br";
        return TypedResults.Bytes(asset.Compressed.Value, asset.Type, entityTag: new EntityTagHeaderValue($"\"{asset.Hash}-br\""));
    }

    /// <summary>Reads and compresses all files in advance.</summary>
    public static void Prepare()
    {
        foreach (var asset in All.Values)
        {
            _ = asset.Value.Compressed.Value;
        }
    }

    private static Asset Read(string resource)
    {
        using var stream = typeof(DashboardAssets).Assembly.GetManifestResourceStream(resource)!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        var type = Path.GetExtension(resource) switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => "application/octet-stream",
        };
        var bytes = content.ToArray();
        return new Asset(bytes, new Lazy<byte[]>(() => Compress(bytes)), type, Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]);
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.Optimal))
        {
            brotli.Write(bytes);
        }

        return compressed.ToArray();
    }

    private sealed record Asset(byte[] Content, Lazy<byte[]> Compressed, string Type, string Hash);
}
