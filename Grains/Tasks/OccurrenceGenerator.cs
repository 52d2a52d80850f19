using OrleansTasks.Calls;
using OrleansTasks.Clocks;
using OrleansTasks.Partitions;
using OrleansTasks.Records;

namespace OrleansTasks.Tasks;

/// <summary>
/// Says which occurrences of a task are due: those that its partition has given to the grain, and the ones that follow soon, which are the grain's own affair while it is awake.
/// It knows neither clock nor timer. Pure.
/// </summary>
/// <param name="book">Is told what was taken.</param>
internal sealed class OccurrenceGenerator(OccurrenceBook book)
{
    // Whether it goes on from another instant than the partition knows.
    private bool _isRestarted;

    // Whether occurrences were missed that the partition looks after one by one, and is to leave out.
    private bool _hasPassedOver;

    /// <summary>The next occurrence that the grain looks after; null: the partition looks after it.</summary>
    public DateTimeOffset? Next { get; private set; }

    /// <summary>Whether the grain looks after the following ones too.</summary>
    public bool IsAwake { get; private set; }

    /// <summary>The last occurrence that was taken, or passed over; the default if none was.</summary>
    public DateTimeOffset Last { get; private set; }

    /// <summary>Whether the partition is to look after what follows, once it knows that the grain does not.</summary>
    public bool LetsGo => (IsAwake || _hasPassedOver) && Next is null;

    /// <summary>Takes what a briefing says at once.</summary>
    public void Take(Briefing briefing) => (IsAwake, _hasPassedOver) = (briefing.Awake, false);

    /// <summary>Looks after an occurrence that the partition has given in an answer that was not waited for.</summary>
    public void Give(DateTimeOffset? occurrence) => Next = Times.Earlier(Next, occurrence);

    /// <summary>Looks after what a briefing has given.</summary>
    /// <param name="entry">The task, which fires.</param>
    /// <param name="given">The occurrence that it gives; null if it gives none.</param>
    /// <param name="isChanged">Whether the task is another one than before.</param>
    public void Plan(TaskEntry entry, DateTimeOffset? given, bool isChanged)
    {
        Next = isChanged ? null : Next;
        if (given is { } occurrence)
        {
            // What was given may be given again, and have been made meanwhile.
            Next = Times.Earlier(Next, occurrence > Last ? occurrence : IsAwake ? entry.NextAfter(Last) : null);
        }

        if (_isRestarted && IsAwake)
        {
            // The partition takes it for looking after its occurrences, and gives it none.
            Next = Times.Earlier(Next, entry.NextAfter(Last));
        }

        _isRestarted = false;
    }

    /// <summary>Looks after none.</summary>
    public void Stop() => Next = null;

    /// <summary>Goes on from an instant, whatever was taken: the clock was put back.</summary>
    public void Restart(DateTimeOffset now)
    {
        (Last, Next, _isRestarted) = (now, null, true);
        book.Restart(now);
    }

    /// <summary>Takes the occurrences that are due.</summary>
    /// <param name="entry">The task, which fires.</param>
    /// <param name="now">The present.</param>
    /// <param name="threshold">By how much an occurrence may be late without being missed.</param>
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
                // A long stop of the process, an outage, or a step of the clock: the schedule goes on from here.
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
