using NodaTime;
using NodaTime.TimeZones;

namespace OrleansTasks.Cli.Importing;

/// <summary>Time zones as other schedulers name them.</summary>
internal static class ZoneIds
{
    /// <summary>The IANA id of a zone; null if the zone is not known.</summary>
    /// <param name="id">An IANA id, or one of Windows.</param>
    /// <param name="notes">Takes what is to be known.</param>
    public static string? Iana(string id, List<string> notes)
    {
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(id) is not null)
        {
            return id;
        }

        if (!TzdbDateTimeZoneSource.Default.WindowsMapping.PrimaryMapping.TryGetValue(id, out var iana))
        {
            return null;
        }

        notes.Add($"the Windows time zone '{id}' becomes {iana}");
        return iana;
    }

    public static DateTimeZone Zone(string id) => DateTimeZoneProviders.Tzdb[id];

    public static bool IsUtc(string id) => id is "UTC" or "Etc/UTC" or "Etc/GMT" or "GMT" or "Etc/UCT" or "UCT" or "Zulu" or "Etc/Zulu" or "Etc/Universal" or "Universal";
}
