using OrleansTasks.Runs;

namespace OrleansTasks.Client;

/// <summary>Stores what is done about dead letters.</summary>
/// <param name="kept">Stores it with the kept runs.</param>
/// <param name="find">Finds a run that is not kept yet.</param>
/// <param name="time">Limits the wait for what is not needed.</param>
internal sealed class RunMarks(KeptRuns kept, Func<RunId, CancellationToken, Task<RunInfo?>> find, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Acknowledges or discards a run.</summary>
    public async Task<RunInfo> MarkAsync(RunId run, DeadLetterState state, string? note, CancellationToken ct)
    {
        if (DeadLetters.FaultOf(note) is { } fault)
        {
            throw new InvalidTaskException(run.Task, [fault]);
        }

        var mark = new RunMark
        {
            State = state,
            By = TaskActor.Current,
            Note = string.IsNullOrWhiteSpace(note) ? null : note,
        };
        if (await kept.MarkAsync(run, mark, ct).ConfigureAwait(false) is { } marked)
        {
            return marked.DeadLetter is not null ? marked : throw NoDeadLetter(marked);
        }

        var info = await find(run, ct).ConfigureAwait(false) ?? throw new RunNotFoundException(run);
        throw info.DeadLetter is null ? NoDeadLetter(info) : new TaskConflictException(run.Task,
            $"{run} is not kept for searches. If it ended within the last second, repeat the call; otherwise it is no longer kept.");
    }

    /// <summary>
    /// Stores that a run was retried. The new run is accepted, and names the old one: without the mark, searches know of the retry once it
    /// has ended. So a failure is not one of the retry.
    /// </summary>
    public async Task NoteRetryAsync(RunId run, RunId retry, CancellationToken ct)
    {
        try
        {
            var mark = new RunMark
            {
                State = DeadLetterState.Retried,
                By = TaskActor.Current,
                RetriedBy = retry,
            };
            await kept.MarkAsync(run, mark, ct).WaitAsync(Patience, time, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // See above.
        }
    }

    private static TaskConflictException NoDeadLetter(RunInfo run) => new(run.Task,
        $"{run.RunId} is {run.Status} and no dead letter. To be acknowledged or discarded, a run must have ended as "
            + $"{string.Join(", ", DeadLetters.Statuses)}.");
}
