using System.Text.Json;
using OrleansTasks.Records;
using OrleansTasks.Values;

namespace OrleansTasks.Policies;

/// <summary>Decides which runs follow an ended run. Pure.</summary>
internal static class Followers
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Returns the runs that follow, the task's own continuations first. The same end always has the same followers with the same ids.
    /// </summary>
    /// <param name="result">The result of the run.</param>
    /// <param name="ofTask">The task's continuations.</param>
    /// <param name="ofRun">The run's own continuations.</param>
    /// <param name="inherited">The headers of the run that they inherit, or null for none.</param>
    public static IReadOnlyList<(string Task, DispatchRequest Request)> Of(TaskResult result, IReadOnlyList<Continuation>? ofTask,
        IReadOnlyList<Continuation>? ofRun, TaskHeaders? inherited = null)
    {
        // The two lists are numbered separately, because the task may have other continuations when this is called again.
        return [.. Requests(ofTask, $"{result.RunId}"), .. Requests(ofRun, $"{result.RunId}\nrun")];

        IEnumerable<(string, DispatchRequest)> Requests(IReadOnlyList<Continuation>? continuations, string followed) =>
            (continuations ?? [])
            .Select((continuation, n) => (Then: continuation, Number: n)).Where(c => Follows(c.Then.On, result.Status))
            .Select(
                c => (c.Then.Task,
                    Request(IdOf(followed, c.Number), c.Then, () => Passed(c.Then.Pass, result), inherited) with
                    {
                        Parent = result.RunId
                    }));
    }

    /// <summary>Returns the run that follows the end of a whole batch.</summary>
    public static DispatchRequest OfBatch(Guid batch, Continuation then, BatchInfo end) =>
        Request(IdOf(batch.ToString("N"), -1), then, () => then.Pass == PassedArgument.None ? null : Json(end)) with
        {
            FollowsBatch = true
        };

    private static DispatchRequest Request(Guid id, Continuation then, Func<TaskArguments?> passed, TaskHeaders? inherited = null) => new()
    {
        Id = id,
        Repeated = true,
        Arguments = then.Arguments ?? passed(),

        // The key outlives the run, which may have ended and left the history when it is requested again.
        Options = new DispatchOptions
        {
            Delay = then.Delay,
            IdempotencyKey = $"follows:{id:N}",
            IdempotencyRetention = Remembered,
            Headers = TaskHeaders.Over(then.Headers, inherited)
        },
    };

    /// <summary>Returns the id of a follower, which is the same at each attempt to store it.</summary>
    public static Guid IdOf(string followed, int number) => RunId.Of($"{followed}\n{number}", DateTimeOffset.UnixEpoch).Value;

    /// <summary>Decides whether a run that could not be stored will never be accepted, however often that is retried.</summary>
    public static bool IsRefused(TaskException e) =>
        e is TaskNotFoundException or TaskCancelledException or TaskArgumentException or InvalidTaskException or PayloadTooLargeException
            or TaskConflictException
            or RequestForgottenException or IdempotencyConflictException;

    private static bool Follows(ContinuationTrigger on, RunStatus status) => on switch
    {
        ContinuationTrigger.Succeeded => status == RunStatus.Succeeded,
        ContinuationTrigger.Failed => status is not (RunStatus.Succeeded or RunStatus.Cancelled),
        _ => true,
    };

    // The depth may be the maximum depth of a value. A receiver of a deeper value rejects it.
    private static TaskArguments Json<T>(T value) => TaskArguments.Of(JsonSerializer.SerializeToElement(value, StoredJson.Options));

    private static TaskArguments? Passed(PassedArgument pass, TaskResult result) => pass switch
    {
        PassedArgument.Value => result.Value is { } value ? TaskArguments.Of(value) : null,
        PassedArgument.Result => Json(result with { Stack = null, Log = [], Arguments = null }),
        _ => null,
    };
}
