using System.Text.Json;

namespace OrleansTasks;

/// <summary>Which runs follow one that has ended. Pure.</summary>
internal static class Followers
{
    /// <summary>The runs that follow, the task's own continuations first; the same end has the same followers, with the same ids, however often it is asked.</summary>
    public static IReadOnlyList<(string Task, DispatchRequest Request)> Of(TaskResult result, IReadOnlyList<Continuation>? ofTask, IReadOnlyList<Continuation>? ofRun) =>
    [
        .. (ofTask ?? []).Concat(ofRun ?? []).Select((continuation, n) => (continuation, n)).Where(c => Follows(c.continuation.On, result.Status)).Select(c => (c.continuation.Task, new DispatchRequest
        {
            Id = IdOf(result.RunId.ToString(), c.n),
            Repeated = true,
            Parent = result.RunId,
            Arguments = c.continuation.Arguments ?? Passed(c.continuation.Pass, result),
            Options = c.continuation.Delay is { } delay ? new DispatchOptions { Delay = delay } : null,
        })),
    ];

    /// <summary>The id of the follower of something, which is the same at each try.</summary>
    public static Guid IdOf(string followed, int number) => RunId.Of($"{followed}\n{number}", DateTimeOffset.UnixEpoch).Value;

    /// <summary>Whether a run that was to be stored will never be accepted, however often that is tried.</summary>
    public static bool IsRefused(TaskException e) =>
        e is TaskNotFoundException or TaskCancelledException or TaskArgumentException or InvalidTaskException or PayloadTooLargeException or TaskConflictException;

    private static bool Follows(ContinuationTrigger on, RunStatus status) => on switch
    {
        ContinuationTrigger.Succeeded => status == RunStatus.Succeeded,
        ContinuationTrigger.Failed => status is not (RunStatus.Succeeded or RunStatus.Cancelled),
        _ => true,
    };

    private static TaskArguments? Passed(PassedArgument pass, TaskResult result) => pass switch
    {
        PassedArgument.Value => result.Value is { } value ? TaskArguments.Of(value) : null,
        PassedArgument.Result => TaskArguments.Of(JsonSerializer.SerializeToElement(result with { Stack = null, Log = [] }, TaskJson.Options)),
        _ => null,
    };
}
