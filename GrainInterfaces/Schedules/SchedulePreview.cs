using OrleansTasks.Text;

namespace OrleansTasks;

/// <summary>What a change of a schedule would change in a period.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.SchedulePreview")]
public sealed record SchedulePreview
{
    // What is looked at on either side; a schedule of milliseconds has no end of occurrences.
    private const int MaxOccurrences = 100_000;
    private const int MaxListed = 1000;

    /// <summary>The new schedule in plain English; null without one.</summary>
    [Id(0)]
    public string? Description { get; init; }

    /// <summary>The first instant that was looked at.</summary>
    [Id(1)]
    public DateTimeOffset From { get; init; }

    /// <summary>The last instant that was looked at: earlier than was asked for, if there is too much before it.</summary>
    [Id(2)]
    public DateTimeOffset To { get; init; }

    /// <summary>Occurrences of the new schedule that the present one does not have.</summary>
    [Id(3)]
    public IReadOnlyList<TaskOccurrence> Added { get; init; } = [];

    /// <summary>Occurrences of the present schedule that the new one does not have.</summary>
    [Id(4)]
    public IReadOnlyList<TaskOccurrence> Removed { get; init; } = [];

    /// <summary>The number of occurrences that both have.</summary>
    [Id(5)]
    public int Kept { get; init; }

    /// <summary>Compares two schedules with nothing left open. Pure.</summary>
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

        return new SchedulePreview { Description = ShownText.Cut(after?.Describe(), ShownText.MaxShown), From = from, To = to, Added = added, Removed = removed, Kept = kept };
    }

    private static IEnumerable<TaskOccurrence> OccurrencesOf(TaskSchedule? schedule, DateTimeOffset from, DateTimeOffset to) =>
        schedule?.Occurrences(from > DateTimeOffset.MinValue ? from.AddTicks(-1) : from, to).Where(o => o.Occurs) ?? [];
}
