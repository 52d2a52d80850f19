using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OrleansTasks.ClientSample;

/// <summary>What the program can be told by arguments, environment or appsettings.json.</summary>
/// <param name="GatewayPort">The silo's port for web servers.</param>
internal sealed record ClientSettings(int GatewayPort)
{
    private static readonly string[] Later = ["Redis", "PostgreSql"];

    public static bool TryRead(IConfiguration configuration, [NotNullWhen(true)] out ClientSettings? settings, out IReadOnlyList<string> faults)
    {
        var found = new List<string>();
        var provider = configuration["Cluster:Provider"];
        if (!string.IsNullOrEmpty(provider) && !provider.Equals("Localhost", StringComparison.OrdinalIgnoreCase))
        {
            found.Add(Later.Contains(provider, StringComparer.OrdinalIgnoreCase)
                ? $"Cluster:Provider is '{provider}', which is not supported yet in this version; use Localhost."
                : $"Cluster:Provider is '{provider}', which is not known; use Localhost.");
        }

        var text = configuration["Silo:GatewayPort"];
        var port = 30000;
        if (!string.IsNullOrEmpty(text) && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535))
        {
            found.Add($"Silo:GatewayPort is '{text}'; a port from 1 to 65535 is wanted.");
        }

        faults = found;
        settings = found.Count == 0 ? new ClientSettings(port) : null;
        return settings is not null;
    }
}
