using OrleansTasks.Calls;
using OrleansTasks.Grains;
using OrleansTasks.Policies;
using OrleansTasks.Runs;
using OrleansTasks.Telemetry;
using OrleansTasks.Values;
using OrleansTasks.Watching;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>Stores what follows a run that has ended: its continuations, those of its task, and what its batch is told.</summary>
/// <param name="context">What all parts of the task share.</param>
internal sealed class RunFollowers(TaskContext context) : TaskPart(context)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Whether something follows a run.</summary>
    public bool Has(ActiveRun run) => run.Facts.Then is { Count: > 0 } || run.Facts.Batch is not null || Known.Options.Then is { Count: > 0 };

    /// <summary>Stores what follows a run, however often that has to be tried.</summary>
    /// <param name="run">The run.</param>
    /// <param name="result">What it came to.</param>
    public async Task StoreAsync(ActiveRun run, TaskResult result)
    {
        // In the name of who asked for the run, and not of whoever's call this turn belongs to.
        using var actor = TaskActor.As(run.Facts.RequestedBy);
        using var carried = TraceCarrier.Send(RunSpans.LinkTo(run));
        foreach (var (task, request) in Followers.Of(result, Known.Entry?.EffectiveOptions.Then, run.Facts.Then, run.Facts.Headers.Named(Silo.Options.InheritedHeaders)))
        {
            await UntilStoredAsync(() => Silo.Grains.Refer<ITaskGrain>(task).DispatchAsync(request), result.RunId, task);
        }

        if (run.Facts.Batch is { } member)
        {
            await UntilStoredAsync(() => Silo.Grains.Refer<IBatchEngine>(member.Batch).ReportAsync(member.Index, result.Status), result.RunId, "its batch");
        }
    }

    /// <summary>Repeats what storage or the cluster keeps from succeeding; what will never succeed is logged.</summary>
    private Task UntilStoredAsync(Func<Task> action, RunId run, string what) => Turns.UntilDoneAsync(async () =>
    {
        try
        {
            await action().WaitAsync(Patience, Silo.Pauses);
        }
        catch (Exception e) when (Failures.IsPermanent(e))
        {
            LogNotFollowed(Silo.Log, run, what, e.Message);
        }
    });
}
