using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OrleansTasks.Silo;

/// <summary>What the program can be told by arguments, environment or appsettings.json.</summary>
/// <param name="Port">The port that other silos connect to.</param>
/// <param name="GatewayPort">The port that client web servers connect to.</param>
/// <param name="PrimaryPort">The port of the silo that was started first; null if this is it.</param>
/// <param name="SqlitePath">The file in which tasks are kept; null to keep them in memory.</param>
internal sealed record SiloSettings(int Port, int GatewayPort, int? PrimaryPort, string? SqlitePath)
{
    private const string DefaultFile = "orleans-tasks.db";

    public static bool TryRead(IConfiguration configuration, [NotNullWhen(true)] out SiloSettings? settings, out IReadOnlyList<string> faults)
    {
        var found = new List<string>();
        CheckProvider("Cluster:Provider", ["Localhost"], ["Redis", "PostgreSql"]);
        CheckProvider("Storage:Provider", ["Sqlite", "Memory"], ["Redis", "PostgreSql"]);
        var inMemory = "Memory".Equals(configuration["Storage:Provider"], StringComparison.OrdinalIgnoreCase);
        var port = Port("Silo:Port") ?? 11111;
        var gatewayPort = Port("Silo:GatewayPort") ?? 30000;
        var primaryPort = Port("Cluster:PrimaryPort");
        if (port == gatewayPort)
        {
            found.Add($"Silo:Port and Silo:GatewayPort are both {port}; they must differ.");
        }

        if (primaryPort is not null && !inMemory)
        {
            found.Add("Cluster:PrimaryPort is set, and a SQLite file belongs to one silo alone; give all silos of this cluster Storage:Provider Memory.");
        }

        var file = configuration["Storage:ConnectionString"];
        faults = found;
        settings = found.Count == 0 ? new SiloSettings(port, gatewayPort, primaryPort, inMemory ? null : string.IsNullOrWhiteSpace(file) ? DefaultFile : file) : null;
        return settings is not null;

        void CheckProvider(string key, string[] supported, string[] later)
        {
            var value = configuration[key];
            if (string.IsNullOrEmpty(value) || supported.Contains(value, StringComparer.OrdinalIgnoreCase))
            {
                return;
            }

            var use = string.Join(" or ", supported);

            found.Add(later.Contains(value, StringComparer.OrdinalIgnoreCase)
                ? $"{key} is '{value}', which is not supported yet in this version; use {use}."
                : $"{key} is '{value}', which is not known; use {use}.");
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
