using OrleansTasks.Calls;
using OrleansTasks.Client.Links;
using OrleansTasks.Grains;
using OrleansTasks.Policies;
using OrleansTasks.Runs;
using OrleansTasks.Telemetry;
using OrleansTasks.Values;
using OrleansTasks.Watching;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>
/// Stores what follows a run that has ended: its own continuations, those of its task, and the notification of its batch.
/// </summary>
/// <param name="context">The context that all parts of the task share.</param>
internal sealed class RunFollowers(TaskContext context) : TaskPart(context)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Returns whether something follows a run.</summary>
    public bool Has(ActiveRun run) =>
        run.Facts.Then is { Count: > 0 } || run.Facts.Batch is not null || Known.Options.Then is { Count: > 0 };

    /// <summary>Stores what follows a run, and retries until it succeeds.</summary>
    /// <param name="run">The run.</param>
    /// <param name="result">The run's result.</param>
    /// <param name="isAgain">Whether it may have been tried before, on a silo that was lost.</param>
    public async Task StoreAsync(ActiveRun run, TaskResult result, bool isAgain)
    {
        // On behalf of the caller that requested the run, not of the caller to whom this turn belongs.
        using var actor = TaskActor.As(run.Facts.RequestedBy);
        using var carried = TraceCarrier.Send(RunSpans.LinkTo(run));
        foreach (var (task, request) in Followers.Of(result, Known.Entry?.EffectiveOptions.Then, run.Facts.Then,
            run.Facts.Headers.Named(Silo.Options.InheritedHeaders)))
        {
            await UntilStoredAsync(
                mayBeDeadly => Silo.Grains.Refer<ITaskGrain>(task).DispatchAsync(request with { Unchecked = mayBeDeadly }), isAgain,
                result.RunId, task);
        }

        if (run.Facts.Batch is { } member)
        {
            await UntilStoredAsync(_ => Silo.Grains.Refer<IBatchEngine>(member.Batch).ReportAsync(member.Index, result.Status), isAgain,
                result.RunId, "its batch");
        }
    }

    /// <summary>Retries while storage or the cluster fails. Logs a permanent failure.</summary>
    /// <param name="action">The action. Its argument says whether a silo may have been lost because of it.</param>
    /// <param name="isAgain">Whether a silo may have been lost before the first try.</param>
    /// <param name="run">The run.</param>
    /// <param name="what">The follower.</param>
    private Task UntilStoredAsync(Func<bool, Task> action, bool isAgain, RunId run, string what) => Turns.UntilDoneAsync(async () =>
    {
        try
        {
            await action(isAgain).WaitAsync(Patience, Silo.Pauses);
        }
        catch (Exception e) when (Failures.IsPermanent(e))
        {
            LogNotFollowed(Silo.Log, run, what, e.Message);
        }
        catch (Exception e) when (!ClusterCalls.IsRefusal(e))
        {
            isAgain = true;
            throw;
        }
    });
}
