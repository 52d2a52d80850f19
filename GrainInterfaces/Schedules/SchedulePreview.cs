using OrleansTasks.Text;

namespace OrleansTasks;

/// <summary>Represents the effect of a schedule change in a period.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.SchedulePreview")]
public sealed record SchedulePreview
{
    // The maximum number of occurrences that are compared on either side, because a schedule of milliseconds has endless occurrences.
    private const int MaxOccurrences = 100_000;
    private const int MaxListed = 1000;

    /// <summary>Gets the new schedule in plain English, or null if there is none.</summary>
    [Id(0)]
    public string? Description { get; init; }

    /// <summary>Gets the first instant that was compared.</summary>
    [Id(1)]
    public DateTimeOffset From { get; init; }

    /// <summary>
    /// Gets the last instant that was compared. It is earlier than requested if there are too many occurrences before it.
    /// </summary>
    [Id(2)]
    public DateTimeOffset To { get; init; }

    /// <summary>Gets the occurrences of the new schedule that the current one does not have.</summary>
    [Id(3)]
    public IReadOnlyList<TaskOccurrence> Added { get; init; } = [];

    /// <summary>Gets the occurrences of the current schedule that the new one does not have.</summary>
    [Id(4)]
    public IReadOnlyList<TaskOccurrence> Removed { get; init; } = [];

    /// <summary>Gets the number of occurrences that both have.</summary>
    [Id(5)]
    public int Kept { get; init; }

    /// <summary>Compares two resolved schedules. Pure.</summary>
    internal static SchedulePreview Compare(TaskSchedule? before, TaskSchedule? after, DateTimeOffset from, DateTimeOffset to)
    {
        var (added, removed, kept) = (new List<TaskOccurrence>(), new List<TaskOccurrence>(), 0);
        using var olds = OccurrencesOf(before, from, to).GetEnumerator();
        using var news = OccurrencesOf(after, from, to).GetEnumerator();
        var (hasOld, hasNew) = (olds.MoveNext(), news.MoveNext());
        for (var n = 0; hasOld || hasNew; n++)
        {
            var next = !hasNew || (hasOld && olds.Current.Utc < news.Current.Utc) ? olds.Current : news.Current;
            if (n == MaxOccurrences || added.Count == MaxListed || removed.Count == MaxListed)
            {
                to = next.Utc.AddTicks(-1);
                break;
            }

            var (isOld, isNew) = (hasOld && olds.Current.Utc == next.Utc, hasNew && news.Current.Utc == next.Utc);
            if (isOld && isNew)
            {
                kept++;
            }
            else
            {
                (isOld ? removed : added).Add(next);
            }

            hasOld = isOld ? olds.MoveNext() : hasOld;
            hasNew = isNew ? news.MoveNext() : hasNew;
        }

        return new SchedulePreview
        {
            Description = ShownText.Cut(after?.Describe(), ShownText.MaxShown),
            From = from,
            To = to,
            Added = added,
            Removed = removed,
            Kept = kept
        };
    }

    private static IEnumerable<TaskOccurrence> OccurrencesOf(TaskSchedule? schedule, DateTimeOffset from, DateTimeOffset to) =>
        schedule?.Occurrences(from > DateTimeOffset.MinValue ? from.AddTicks(-1) : from, to).Where(o => o.Occurs) ?? [];
}
