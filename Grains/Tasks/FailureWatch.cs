using OrleansTasks.Policies;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>Pauses a task whose occurrences fail in a row, or bring down one silo after another.</summary>
/// <param name="context">The context that all parts of the task share.</param>
/// <param name="history">The history of its results.</param>
/// <param name="pause">Pauses the task, with a note.</param>
internal sealed class FailureWatch(TaskContext context, TaskHistory history, Func<string, Task> pause) : TaskPart(context)
{
    /// <summary>Checks the result of an occurrence.</summary>
    public void Look(TaskResult result)
    {
        if (result.Status is RunStatus.Failed or RunStatus.TimedOut && Known.Options.PauseAfterFailures is not null)
        {
            Turns.PostUntilDone(PauseIfFailingAsync);
        }

        if (result.Status == RunStatus.Lost)
        {
            Turns.PostUntilDone(PauseIfLosingAsync);
        }
    }

    /// <summary>Pauses the task if its occurrences bring down one silo after another.</summary>
    public async Task PauseIfLosingAsync()
    {
        await history.LoadAsync();
        if (Known.Entry is { } entry)
        {
            var losses = LossesInARow.Count(history.NewestFirst(null), entry.UpdatedAt);

            // An occurrence that may be repeated counts as lost only after this number of losses.
            await PauseIfTooManyAsync(
                losses > 0 && entry.OccurrenceGuarantee == RunGuarantee.AtLeastOnce
                    ? Math.Max(losses, LostAttempts.Most(entry.EffectiveOptions))
                    : losses);
        }
    }

    /// <summary>Pauses the task if the number of losses exceeds the limit.</summary>
    public async Task PauseIfTooManyAsync(int losses)
    {
        if (Known.Entry is not { State: TaskState.Active } entry || losses < LostAttempts.Most(entry.EffectiveOptions))
        {
            return;
        }

        await pause($"The silo of an occurrence was lost {losses} times in a row: its handler may end its process "
            + $"({nameof(TaskOptions.MaxLosses)}).");
        LogPausedForLosses(Silo.Log, Known.Name, losses);
    }

    private async Task PauseIfFailingAsync()
    {
        if (Known.Entry is not { State: TaskState.Active, EffectiveOptions.PauseAfterFailures: { } limit } entry)
        {
            return;
        }

        await history.LoadAsync();
        var failed = history.NewestFirst(null).Where(r => r.Trigger == RunTrigger.Schedule && r.FinishedAt > entry.UpdatedAt)
            .TakeWhile(r => r.Status is RunStatus.Failed or RunStatus.TimedOut).Take(limit).ToList();
        if (failed.Count == limit && Known.Entry is { State: TaskState.Active } now && now.Revision == entry.Revision)
        {
            await pause($"{limit} occurrences in a row failed, the last one with: {failed[0].Error}");
            LogPaused(Silo.Log, Known.Name, limit, failed[0].Error);
        }
    }
}
