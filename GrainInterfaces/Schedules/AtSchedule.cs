using System.Globalization;
using NodaTime;
using OrleansTasks.Schedules.Timing;

namespace OrleansTasks;

/// <summary>
/// Represents a schedule with one occurrence, at an instant or a local time. See <see cref="TaskSchedule.At(DateTimeOffset)"/> and
/// <see cref="TaskSchedule.At(DateTime, string, GapRule?, OverlapRule?)"/>.
/// </summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.AtSchedule")]
public sealed record AtSchedule : TaskSchedule
{
    internal AtSchedule(DateTimeOffset instant, string? timeZone = null)
    {
        Instant = instant.ToUniversalTime();
        TimeZone = timeZone;
        Check();
    }

    internal AtSchedule(DateTime local, string timeZone, GapRule? gap, OverlapRule? overlap)
    {
        (LocalTime, TimeZone, Gap, Overlap) = (DateTime.SpecifyKind(local, DateTimeKind.Unspecified), timeZone, gap, overlap);
        ClockRules.Check(gap, overlap);
        if (overlap == OverlapRule.Both)
        {
            throw new InvalidTaskException(null, [$"overlap is {overlap}, but a schedule with 'at' occurs once; First and Second are "
                + "allowed."]);
        }

        var planned = new ZonedPattern(new ListedTimes([LocalTime.Value]), TimeZones.Get(timeZone), gap ?? GapRule.FirstValid,
            overlap ?? OverlapRule.First).NextAfter(DateTimeOffset.MinValue);
        Instant = planned is { Occurs: true } next ? next.At
            : throw new InvalidTaskException(null, [$"The local time {InWords(LocalTime.Value)} never occurs in {timeZone}"
                + (planned is null
                    ? ". Use another time."
                    : ": clocks go forward over it, and gap is skip. Use another time, or another rule for the gap.")]);
    }

    /// <summary>Gets the instant, in UTC. For a local time, it is the instant at the time when the schedule was created or read.</summary>
    [Id(0)]
    public DateTimeOffset Instant { get; private init; }

    /// <summary>Gets the local time in <see cref="TimeZone"/>, or null if the schedule has an instant.</summary>
    [Id(1)]
    public DateTime? LocalTime { get; private init; }

    /// <summary>Gets the IANA time zone id in which the time is read and displayed. Null for UTC.</summary>
    [Id(2)]
    public string? TimeZone { get; private init; }

    /// <summary>
    /// Gets what happens to a local time that does not exist. Default: null, which means <see cref="GapRule.FirstValid"/>.
    /// </summary>
    [Id(3)]
    public GapRule? Gap { get; private init; }

    /// <summary>
    /// Gets which occurrence of a local time that comes twice applies. Default: null, which means <see cref="OverlapRule.First"/>.
    /// </summary>
    [Id(4)]
    public OverlapRule? Overlap { get; private init; }

    internal override int LongestSearch => 1;

    internal override DateTimeZone? Zone => TimeZone is null ? null : TimeZones.Get(TimeZone);

    internal override void Check()
    {
        ClockRules.Check(Gap, Overlap);
        _ = Zone;
    }

    private protected override PlannedInstant? Next(DateTimeOffset after) => Instant > after ? PlannedInstant.Plain(Instant) : null;

    private protected override ScheduleWords InWords() => LocalTime is { } local
        ? new($"once at {InWords(local)}") { Zone = TimeZone, Clocks = ClockRules.InWords(Gap, Overlap) }
        : new($"once at {Durations.InWords(Instant)}");

    private static string InWords(DateTime local) => local.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
