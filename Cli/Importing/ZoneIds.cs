using NodaTime;
using NodaTime.TimeZones;

namespace OrleansTasks.Cli.Importing;

/// <summary>Converts the time zones of other schedulers.</summary>
internal static class ZoneIds
{
    /// <summary>Returns the IANA id of a time zone, or null if the zone is unknown.</summary>
    /// <param name="id">An IANA id or a Windows id.</param>
    /// <param name="notes">Receives notes for the user.</param>
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

    public static bool IsUtc(string id) =>
        id is "UTC" or "Etc/UTC" or "Etc/GMT" or "GMT" or "Etc/UCT" or "UCT" or "Zulu" or "Etc/Zulu" or "Etc/Universal" or "Universal";
}
