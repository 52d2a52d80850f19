using System.Text.Json;
using OrleansTasks.Records;
using OrleansTasks.Values;

namespace OrleansTasks.Policies;

/// <summary>Which runs follow one that has ended. Pure.</summary>
internal static class Followers
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);

    /// <summary>The runs that follow, the task's own continuations first; the same end has the same followers, with the same ids, however often it is asked.</summary>
    /// <param name="result">The end.</param>
    /// <param name="ofTask">The task's continuations.</param>
    /// <param name="ofRun">The run's own.</param>
    /// <param name="inherited">The headers of the run that they inherit; null for none.</param>
    public static IReadOnlyList<(string Task, DispatchRequest Request)> Of(TaskResult result, IReadOnlyList<Continuation>? ofTask, IReadOnlyList<Continuation>? ofRun, TaskHeaders? inherited = null)
    {
        // Numbered apart: the task may have got other ones when it is asked again.
        return [.. Requests(ofTask, $"{result.RunId}"), .. Requests(ofRun, $"{result.RunId}\nrun")];

        IEnumerable<(string, DispatchRequest)> Requests(IReadOnlyList<Continuation>? continuations, string followed) => (continuations ?? [])
            .Select((continuation, n) => (Then: continuation, Number: n)).Where(c => Follows(c.Then.On, result.Status))
            .Select(c => (c.Then.Task, Request(IdOf(followed, c.Number), c.Then, () => Passed(c.Then.Pass, result), inherited) with { Parent = result.RunId }));
    }

    /// <summary>The run that follows the end of a whole batch.</summary>
    public static DispatchRequest OfBatch(Guid batch, Continuation then, BatchInfo end) =>
        Request(IdOf(batch.ToString("N"), -1), then, () => then.Pass == PassedArgument.None ? null : Json(end)) with { FollowsBatch = true };

    private static DispatchRequest Request(Guid id, Continuation then, Func<TaskArguments?> passed, TaskHeaders? inherited = null) => new()
    {
        Id = id,
        Repeated = true,
        Arguments = then.Arguments ?? passed(),

        // The key outlasts the run: it may have ended, and have left the history, when it is asked for again.
        Options = new DispatchOptions { Delay = then.Delay, IdempotencyKey = $"follows:{id:N}", IdempotencyRetention = Remembered, Headers = TaskHeaders.Over(then.Headers, inherited) },
    };

    /// <summary>The id of the follower of something, which is the same at each try.</summary>
    public static Guid IdOf(string followed, int number) => RunId.Of($"{followed}\n{number}", DateTimeOffset.UnixEpoch).Value;

    /// <summary>Whether a run that was to be stored will never be accepted, however often that is tried.</summary>
    public static bool IsRefused(TaskException e) =>
        e is TaskNotFoundException or TaskCancelledException or TaskArgumentException or InvalidTaskException or PayloadTooLargeException or TaskConflictException
            or RequestForgottenException or IdempotencyConflictException;

    private static bool Follows(ContinuationTrigger on, RunStatus status) => on switch
    {
        ContinuationTrigger.Succeeded => status == RunStatus.Succeeded,
        ContinuationTrigger.Failed => status is not (RunStatus.Succeeded or RunStatus.Cancelled),
        _ => true,
    };

    // As deep as a value may be inside of it: who is given what is too deep refuses it.
    private static TaskArguments Json<T>(T value) => TaskArguments.Of(JsonSerializer.SerializeToElement(value, StoredJson.Options));

    private static TaskArguments? Passed(PassedArgument pass, TaskResult result) => pass switch
    {
        PassedArgument.Value => result.Value is { } value ? TaskArguments.Of(value) : null,
        PassedArgument.Result => Json(result with { Stack = null, Log = [], Arguments = null }),
        _ => null,
    };
}
