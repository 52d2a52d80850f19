using System.Net;
using StackExchange.Redis;

namespace OrleansTasks.Storage.Redis;

/// <summary>
/// Parses addresses such as <c>redis://user:password@host:6379/0</c>, which many hosting services use. StackExchange.Redis would treat the
/// whole address, including the password, as a host name.
/// </summary>
internal static class RedisAddress
{
    private const int DefaultPort = 6379;

    /// <summary>Parses an address.</summary>
    /// <returns>The options, or null if the text is not such an address.</returns>
    /// <exception cref="ArgumentException">The text begins like an address but is not valid. The message does not contain the
    /// text.</exception>
    public static ConfigurationOptions? Read(string connectionString)
    {
        var text = connectionString.Trim();
        var isTls = text.StartsWith("rediss://", StringComparison.OrdinalIgnoreCase);
        if (!isTls && !text.StartsWith("redis://", StringComparison.OrdinalIgnoreCase))
        {
            return text.Contains("://", StringComparison.Ordinal)
                && text.IndexOf("://", StringComparison.Ordinal) < Math.Max(text.IndexOf('@', StringComparison.Ordinal), 0)
                ? throw Unreadable("it has another scheme than redis:// and rediss://")
                : null;
        }

        // A comma is followed by options in the format of StackExchange.Redis.
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        if (!Uri.TryCreate(comma < 0 ? text : text[..comma], UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            throw Unreadable("it names no host");
        }

        var options = comma < 0 ? new ConfigurationOptions() : ConfigurationOptions.Parse(text[(comma + 1)..]);
        options.EndPoints.Clear();
        options.EndPoints.Add(uri.Host.Trim('[', ']'), uri.Port > 0 ? uri.Port : DefaultPort);
        options.Ssl |= isTls;
        if (uri.UserInfo.Length > 0)
        {
            var colon = uri.UserInfo.IndexOf(':', StringComparison.Ordinal);
            var user = Uri.UnescapeDataString(colon < 0 ? "" : uri.UserInfo[..colon]);
            options.User = user.Length > 0 ? user : null;
            options.Password = Uri.UnescapeDataString(uri.UserInfo[(colon + 1)..]);
        }

        if (uri.AbsolutePath.Trim('/') is { Length: > 0 } database)
        {
            options.DefaultDatabase = int.TryParse(database, out var number) && number >= 0 ? number : throw Unreadable(
                "the part after the host is not a database number");
        }

        return options;
    }

    /// <summary>Returns the name of a server for messages. It removes everything before an at sign, which may be a password.</summary>
    public static string Shown(EndPoint endpoint)
    {
        var text = endpoint.ToString()?.Replace("Unspecified/", "", StringComparison.Ordinal) ?? "";
        return text[(text.LastIndexOf('@') + 1)..];
    }

    private static ArgumentException Unreadable(string why) =>
        new($"The address of Redis cannot be read: {why}. Write redis://user:password@host:6379/0, or host:6379,password=….");
}
