using OrleansTasks.Records;
using OrleansTasks.Schedules.Timing;

namespace OrleansTasks.Tasks;

/// <summary>Determines which occurrences a backfill covers. Pure.</summary>
internal static class Backfills
{
    /// <exception cref="InvalidTaskException">There is no schedule, or the period is not valid or has too many occurrences.</exception>
    public static IReadOnlyList<DateTimeOffset> Of(TaskEntry entry, BackfillRequest request, DateTimeOffset now)
    {
        var fault = entry.Schedule is null ? $"The task '{entry.Name}' has no schedule. Register it with one first."
            : request.To < request.From ? $"The period ends ({request.To:O}) before it begins ({request.From:O}). Set an end that is not "
                + "earlier."
            : request.To > now ? $"The period ends at {request.To:O}, which is in the future; future occurrences fire by themselves. "
                + "Set an end in the past."
            : null;
        if (fault is not null)
        {
            throw new InvalidTaskException(entry.Name, [fault]);
        }

        var from = request.From > DateTimeOffset.MinValue ? request.From.AddTicks(-1) : request.From;

        // One search budget covers the whole period.
        var occurrences =
            new SearchBudget().Run(
                () => entry.Resolved!.Occurrences(from, request.To).Where(o => o.Occurs).Select(o => o.Utc)
                    .Take(BackfillRequest.MaxOccurrences + 1).ToList());
        return occurrences.Count <= BackfillRequest.MaxOccurrences
            ? occurrences
            : throw new InvalidTaskException(entry.Name, [$"The period from {request.From:O} to {request.To:O} has more "
                + $"than {BackfillRequest.MaxOccurrences} occurrences; split it."]);
    }
}
