using System.Globalization;
using System.Text;
using NodaTime;

namespace OrleansTasks.Testing;

/// <summary>The exception that is thrown when a schedule does not occur as expected.</summary>
public sealed class ScheduleAssertionException : Exception
{
    private const int MostShown = 20;

    internal ScheduleAssertionException(
        TaskSchedule schedule, DateTimeOffset from, DateTimeOffset to, IReadOnlyList<DateTimeOffset> missing,
        IReadOnlyList<TaskOccurrence> extra, int matching)
        : base(Describe(schedule, from, to, missing, extra, matching)) =>
            (Missing, Extra) = (missing, [.. extra.Select(static o => o.Utc)]);

    /// <summary>Gets the expected instants at which the schedule does not occur, in UTC.</summary>
    public IReadOnlyList<DateTimeOffset> Missing { get; }

    /// <summary>Gets the unexpected instants at which the schedule occurs, in UTC.</summary>
    public IReadOnlyList<DateTimeOffset> Extra { get; }

    private static string Describe(
        TaskSchedule schedule, DateTimeOffset from, DateTimeOffset to, IReadOnlyList<DateTimeOffset> missing,
        IReadOnlyList<TaskOccurrence> extra, int matching)
    {
        var zone = schedule.Zone ?? DateTimeZone.Utc;
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture,
            $"The schedule '{schedule.Describe()}' does not occur as expected from {Utc(from)} to {Utc(to)}: {missing.Count} missing, "
                + $"{extra.Count} extra, {matching} as expected.");
        Append(text, "Missing", missing, zone);
        Append(text, "Extra", [.. extra.Select(static o => o.Utc)], zone);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string title, IReadOnlyList<DateTimeOffset> instants, DateTimeZone zone)
    {
        if (instants.Count == 0)
        {
            return;
        }

        text.AppendLine().Append("  ").Append(title).Append(':');
        foreach (var instant in instants.Take(MostShown))
        {
            var local = Instant.FromDateTimeOffset(instant).InZone(zone).ToDateTimeOffset();
            text.AppendLine().Append(CultureInfo.InvariantCulture,
                $"    {Utc(instant)} = {local.ToString("ddd yyyy-MM-dd HH:mm:ss.FFF zzz", CultureInfo.InvariantCulture)} in {zone.Id}");
        }

        if (instants.Count > MostShown)
        {
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"    and {instants.Count - MostShown} more");
        }
    }

    private static string Utc(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);
}
