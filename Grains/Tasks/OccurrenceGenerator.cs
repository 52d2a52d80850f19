using OrleansTasks.Calls;
using OrleansTasks.Clocks;
using OrleansTasks.Partitions;
using OrleansTasks.Records;

namespace OrleansTasks.Tasks;

/// <summary>
/// Determines which occurrences of a task are due: those that the partition has given to the grain, and those that follow soon, which the
/// grain handles by itself while it is awake. It knows no clock and no timer. Pure.
/// </summary>
/// <param name="book">Records which occurrences were taken.</param>
internal sealed class OccurrenceGenerator(OccurrenceBook book)
{
    // Whether it continues from an instant that the partition does not know.
    private bool _isRestarted;

    // Whether occurrences were missed that the partition handles one by one and has to leave out.
    private bool _hasPassedOver;

    /// <summary>Gets the next occurrence that the grain handles; null if the partition handles it.</summary>
    public DateTimeOffset? Next { get; private set; }

    /// <summary>Gets whether the grain also handles the following occurrences.</summary>
    public bool IsAwake { get; private set; }

    /// <summary>Gets the last occurrence that was taken or passed over; the default if there was none.</summary>
    public DateTimeOffset Last { get; private set; }

    /// <summary>Gets whether the partition has to handle what follows, once it knows that the grain does not.</summary>
    public bool LetsGo => (IsAwake || _hasPassedOver) && Next is null;

    /// <summary>Applies the immediate part of a briefing.</summary>
    public void Take(Briefing briefing) => (IsAwake, _hasPassedOver) = (briefing.Awake, false);

    /// <summary>Plans an occurrence that the partition gave in an answer that nobody waited for.</summary>
    public void Give(DateTimeOffset? occurrence) => Next = Times.Earlier(Next, occurrence);

    /// <summary>Plans the occurrence that a briefing has given.</summary>
    /// <param name="entry">The task. It fires.</param>
    /// <param name="given">The occurrence that the briefing gives; null if it gives none.</param>
    /// <param name="isChanged">Whether the task's definition has changed.</param>
    public void Plan(TaskEntry entry, DateTimeOffset? given, bool isChanged)
    {
        Next = isChanged ? null : Next;
        if (given is { } occurrence)
        {
            // The partition may give the same occurrence again, and it may have become a run meanwhile.
            Next = Times.Earlier(Next, occurrence > Last ? occurrence : IsAwake ? entry.NextAfter(Last) : null);
        }

        if (_isRestarted && IsAwake)
        {
            // The partition assumes that the grain handles its occurrences, and gives it none.
            Next = Times.Earlier(Next, entry.NextAfter(Last));
        }

        _isRestarted = false;
    }

    /// <summary>Stops handling occurrences.</summary>
    public void Stop() => Next = null;

    /// <summary>Continues from an instant, whatever was taken, because the clock was set back.</summary>
    public void Restart(DateTimeOffset now)
    {
        (Last, Next, _isRestarted) = (now, null, true);
        book.Restart(now);
    }

    /// <summary>Takes the occurrences that are due.</summary>
    /// <param name="entry">The task. It fires.</param>
    /// <param name="now">The current time.</param>
    /// <param name="threshold">How late an occurrence may be before it counts as missed.</param>
    public DueOccurrences TakeDue(TaskEntry entry, DateTimeOffset now, TimeSpan threshold)
    {
        List<DateTimeOffset> due = [];
        List<MissedOccurrences>? missed = null;
        while (Next is { } next && next <= now)
        {
            if (entry.ResumesAt(next))
            {
                Next = null;
                return new(due, (IReadOnlyList<MissedOccurrences>?)missed ?? [], ResumesPause: true);
            }

            if (now - next > threshold)
            {
                // After a long stop of the process, an outage, or a step of the clock, the schedule continues from here.
                var until = (now - threshold).AddTicks(-1);
                (missed ??= []).Add(new(next, until));
                Last = until > Last ? until : Last;
                _hasPassedOver = !IsAwake;
                Next = IsAwake ? entry.NextAfter(until) : null;
                continue;
            }

            Last = next;
            book.Open(RunId.Of(entry.Name, next).Value, next);
            book.Take(next);
            due.Add(next);
            Next = IsAwake ? WakePlan.OwnNext(entry, next) : null;
        }

        return new(due, (IReadOnlyList<MissedOccurrences>?)missed ?? [], ResumesPause: false);
    }
}
