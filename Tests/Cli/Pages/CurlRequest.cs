using System.Text;

namespace OrleansTasks.Tests.Cli.Pages;

/// <summary>The request that a <c>curl</c> command makes.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Address">The address.</param>
/// <param name="ContentType">The type of the body; null without one.</param>
/// <param name="Body">The body; null without one.</param>
internal sealed record CurlRequest(string Method, Uri Address, string? ContentType, string? Body)
{
    // Of the programs of this repository and of the templates.
    private static readonly int[] Ports = [5080, 5090, 8080];

    public string Path => Uri.UnescapeDataString(Address.AbsolutePath);

    /// <summary>Gets whether the HTTP API or the health endpoints are to answer, and not an endpoint of a program.</summary>
    public bool IsForTheLibrary =>
        Path.StartsWith("/api/", StringComparison.Ordinal) || Path.StartsWith("/health/", StringComparison.Ordinal);

    /// <exception cref="FormatException">An option is not known, or the address is not one of a program of this repository.</exception>
    public static CurlRequest Parse(ShellCommand command)
    {
        string? method = null, address = null, type = null, body = null;
        for (var n = 0; n < command.Arguments.Length; n++)
        {
            switch (command.Arguments[n])
            {
                case "-N" or "-i" or "-s":
                    break;
                case "-X":
                    method = command.Arguments[++n];
                    break;
                case "-d":
                    body = command.Arguments[++n];
                    break;
                case "-H" when command.Arguments[n + 1].StartsWith("Content-Type: ", StringComparison.Ordinal):
                    type = command.Arguments[++n]["Content-Type: ".Length..];
                    break;
                case var word when address is null && !word.StartsWith('-'):
                    address = word.StartsWith("http://", StringComparison.Ordinal) ? word : $"http://{word}";
                    break;
                case var word:
                    throw new FormatException($"'{word}' is not known of curl.");
            }
        }

        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.IsLoopback && Ports.Contains(uri.Port)
            ? new CurlRequest(method ?? (body is null ? "GET" : "POST"), uri, type, body)
            : throw new FormatException($"'{address}' is not an address of a program of this repository.");
    }

    /// <summary>Makes the same request for another server.</summary>
    public HttpRequestMessage To(string server) => new(new HttpMethod(Method), server + Address.PathAndQuery)
    {
        // curl sends a form if the command names no type.
        Content = Body is null ? null : new StringContent(Body, Encoding.UTF8, ContentType ?? "application/x-www-form-urlencoded"),
    };
}
