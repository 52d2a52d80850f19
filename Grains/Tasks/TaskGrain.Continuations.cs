using Microsoft.Extensions.Logging;

namespace OrleansTasks;

/// <content>What follows a run: it is stored before anybody hears that the run has ended.</content>
internal sealed partial class TaskGrain
{
    private readonly List<(ActiveRun Run, RunOutcome Outcome)> _following = [];

    private bool IsFollowed(ActiveRun run) => run.Facts.Then is { Count: > 0 } || run.Facts.Batch is not null || _entry?.EffectiveOptions.Then is { Count: > 0 };

    private void NumberOrFollow(ActiveRun run, RunOutcome outcome)
    {
        if (IsFollowed(run))
        {
            _following.Add((run, outcome));
            Post(() => FollowAsync(run, outcome));
        }
        else
        {
            _toNumber.Enqueue((run, outcome));
        }
    }

    private async Task FollowAsync(ActiveRun run, RunOutcome outcome)
    {
        // In the name of who asked for the run, and not of whoever's call this turn belongs to.
        using var actor = TaskActor.As(run.Facts.RequestedBy);
        var result = Result(run, outcome, 0);
        foreach (var (task, request) in Followers.Of(result, _entry?.EffectiveOptions.Then, run.Facts.Then))
        {
            await UntilFollowedAsync(() => GrainFactory.Refer<ITaskGrain>(task).DispatchAsync(request), result.RunId, task);
        }

        if (run.Facts.Batch is { } member)
        {
            await UntilFollowedAsync(() => GrainFactory.Refer<IBatchEngine>(member.Batch).ReportAsync(member.Index, result.Status), result.RunId, "its batch");
        }

        if (!_left && _following.Remove((run, outcome)))
        {
            _toNumber.Enqueue((run, outcome));
            GoOn();
        }
    }

    /// <summary>Repeats what storage or the cluster keeps from succeeding; what will never succeed is logged.</summary>
    private Task UntilFollowedAsync(Func<Task> action, RunId run, string what) => UntilDoneAsync(async () =>
    {
        try
        {
            await action().WaitAsync(CallerPatience, _pauses);
        }
        catch (Exception e) when (Failures.IsPermanent(e))
        {
            LogNotFollowed(_log, run, what, e.Message);
        }
    });

    [LoggerMessage(391, LogLevel.Warning, "{Run} is not followed by {Task}: {Reason}")]
    private static partial void LogNotFollowed(ILogger logger, RunId run, string task, string reason);
}
