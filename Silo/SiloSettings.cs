using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OrleansTasks.Silo;

/// <summary>What the program can be told by arguments, environment or appsettings.json.</summary>
/// <param name="Port">The port that other silos connect to.</param>
/// <param name="GatewayPort">The port that client web servers connect to.</param>
/// <param name="PrimaryPort">The port of the silo that was started first; null if this is it.</param>
internal sealed record SiloSettings(int Port, int GatewayPort, int? PrimaryPort)
{
    public static bool TryRead(IConfiguration configuration, [NotNullWhen(true)] out SiloSettings? settings, out IReadOnlyList<string> faults)
    {
        var found = new List<string>();
        CheckProvider("Cluster:Provider", "Localhost", "Redis", "PostgreSql");
        CheckProvider("Storage:Provider", "Memory", "Sqlite", "Redis", "PostgreSql");
        var port = Port("Silo:Port") ?? 11111;
        var gatewayPort = Port("Silo:GatewayPort") ?? 30000;
        var primaryPort = Port("Cluster:PrimaryPort");
        if (port == gatewayPort)
        {
            found.Add($"Silo:Port and Silo:GatewayPort are both {port}; they must differ.");
        }

        faults = found;
        settings = found.Count == 0 ? new SiloSettings(port, gatewayPort, primaryPort) : null;
        return settings is not null;

        void CheckProvider(string key, string supported, params string[] later)
        {
            var value = configuration[key];
            if (string.IsNullOrEmpty(value) || value.Equals(supported, StringComparison.OrdinalIgnoreCase))
            {
                return;
            }

            found.Add(later.Contains(value, StringComparer.OrdinalIgnoreCase)
                ? $"{key} is '{value}', which is not supported yet in this version; use {supported}."
                : $"{key} is '{value}', which is not known; use {supported}.");
        }

        int? Port(string key)
        {
            var value = configuration[key];
            if (string.IsNullOrEmpty(value))
            {
                return null;
            }

            if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65535)
            {
                return number;
            }

            found.Add($"{key} is '{value}'; a port from 1 to 65535 is wanted.");
            return null;
        }
    }
}
