namespace OrleansTasks.Access;

/// <summary>Checks the origins (RFC 6454) that options contain.</summary>
internal static class OriginFaults
{
    public static IEnumerable<string> Of(IEnumerable<string> origins, string options) => origins
        .Where(origin =>
            !(Uri.TryCreate(origin, UriKind.Absolute, out var uri)
                && origin.Equals(uri.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase)))
        .Select(origin => $"{options}.AllowedOrigins is {origin}; allowed: scheme, host and port alone, such as https://ops.example.com.");
}
