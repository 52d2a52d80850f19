using OrleansTasks.Schedules.Timing;

namespace OrleansTasks;

/// <summary>Represents a schedule with one occurrence, some time after registration. See <see cref="TaskSchedule.After"/>.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.AfterSchedule")]
public sealed record AfterSchedule : TaskSchedule
{
    internal AfterSchedule(TimeSpan delay, bool check = true)
    {
        Delay = delay;
        if (check)
        {
            Check();
        }
    }

    /// <summary>Gets the time from registration to the occurrence.</summary>
    [Id(0)]
    public TimeSpan Delay { get; private init; }

    internal override bool IsRelative => true;

    internal override void Check() => CheckDuration(Delay, TimeSpan.Zero, "A delay");

    private protected override PlannedInstant? Next(DateTimeOffset after) =>
        throw new InvalidOperationException($"This schedule ({InWords()}) depends on its registration time. Call Resolve first.");

    private protected override TaskSchedule ResolveCore(DateTimeOffset registeredAt, string? task,
        Func<string, BusinessCalendar?>? calendars) =>
        new AtSchedule(registeredAt + Delay) { Limits = Limits };

    private protected override ScheduleWords InWords() =>
        new($"once, {(Delay == TimeSpan.Zero ? "immediately" : Durations.InWords(Delay, one: true))} after registration");
}
