using OrleansTasks.Cli.Hosting;

namespace OrleansTasks.Cli.Api;

/// <summary>Which server is asked, and with which token.</summary>
/// <param name="Api">The address of its API, with a slash at the end.</param>
/// <param name="Token">The bearer token; null for none.</param>
internal sealed record ServerAddress(Uri Api, string? Token)
{
    public const string Default = "http://127.0.0.1:5080";

    /// <summary>The address without the path of the API, where health endpoints are.</summary>
    public Uri Root => new(Api, "/");

    /// <summary>Whether a token would go over a network in clear.</summary>
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

        // A token belongs to the server that stands beside it, and goes to no other one.
        var named = host.Variable("ORLEANSTASKS_SERVER") is { Length: > 0 } variable ? variable : null;
        var address = server ?? used?.Server ?? named ?? Default;
        var secret = token ?? (used is not null && server is null ? used.Token : named is null || named == address ? host.Variable("ORLEANSTASKS_TOKEN") : null);
        return new ServerAddress(AddressOf(address), string.IsNullOrWhiteSpace(secret) ? null : secret.Trim());
    }

    /// <summary>Reads an address; without a path, the API is at <c>/api</c>.</summary>
    public static Uri AddressOf(string text)
    {
        var whole = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        if (!Uri.TryCreate(whole, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps) || uri.Query.Length > 0)
        {
            throw CliException.Usage($"'{text}' is not the address of a server. Use an address such as {Default} or https://tasks.example.com/api.");
        }

        return uri.AbsolutePath == "/" ? new Uri(uri, "/api/") : new Uri(uri.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/");
    }
}
