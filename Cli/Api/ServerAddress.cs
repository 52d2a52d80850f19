using OrleansTasks.Cli.Hosting;

namespace OrleansTasks.Cli.Api;

/// <summary>Represents the server that receives requests, and the token for it.</summary>
/// <param name="Api">The address of the API, with a slash at the end.</param>
/// <param name="Token">The bearer token, or null for none.</param>
internal sealed record ServerAddress(Uri Api, string? Token)
{
    public const string Default = "http://127.0.0.1:5080";

    /// <summary>Gets the address without the path of the API. The health endpoints are there.</summary>
    public Uri Root => new(Api, "/");

    /// <summary>Gets whether the token would be sent over a network without encryption.</summary>
    public bool SendsTokenInClear => Token is not null && Api.Scheme == Uri.UriSchemeHttp && !Api.IsLoopback;

    public static ServerAddress Read(string? server, string? token, string? profile, CliHost host)
    {
        var profiles = Profiles.Read(host.ProfilesFile);
        if (profile is not null && server is not null)
        {
            throw CliException.Usage("Both --server and --profile are given. Use only one of them.");
        }

        var name = profile ?? (server is null && string.IsNullOrEmpty(host.Variable("ORLEANSTASKS_SERVER")) ? profiles.Used : null);
        Profile? used = null;
        if (name is not null && !profiles.All.TryGetValue(name, out used))
        {
            throw CliException.Usage($"The profile '{name}' does not exist. To create it: orleanstasks profile set {name} --server …");
        }

        // A token is sent only to the server that it is configured with.
        var named = host.Variable("ORLEANSTASKS_SERVER") is { Length: > 0 } variable ? variable : null;
        var address = server ?? used?.Server ?? named ?? Default;
        var secret = token
            ?? (used is not null && server is null ? used.Token : named is null || named == address ? host.Variable("ORLEANSTASKS_TOKEN")
                : null);
        return new ServerAddress(AddressOf(address), string.IsNullOrWhiteSpace(secret) ? null : secret.Trim());
    }

    /// <summary>Parses an address. If it has no path, the API is at <c>/api</c>.</summary>
    public static Uri AddressOf(string text)
    {
        var whole = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        if (!Uri.TryCreate(whole, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
            || uri.Query.Length > 0)
        {
            throw CliException.Usage(
                $"'{text}' is not the address of a server. Use an address such as {Default} or https://tasks.example.com/api.");
        }

        return uri.AbsolutePath == "/" ? new Uri(uri, "/api/") : new Uri(uri.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/");
    }
}
