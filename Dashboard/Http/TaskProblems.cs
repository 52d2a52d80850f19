using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Orleans.Storage;
using OrleansTasks.Text;

namespace OrleansTasks.Http;

/// <summary>Converts exceptions to problem details (RFC 9457). No other place does.</summary>
internal static class TaskProblems
{
    private const string TypePrefix = "urn:orleans-tasks:";

    // The texts of a problem may quote a request, which may be as large as a body.
    private const int MaxDetail = ShownText.MaxShown;
    private const int MaxMember = 1_000;

    /// <summary>Creates a problem. Texts are cut to the maximum length of messages.</summary>
    public static ProblemDetails New(int status, string type, string title, string? detail,
        params ReadOnlySpan<(string Name, object? Value)> more)
    {
        var problem = new ProblemDetails
        {
            Status = status,
            Type = TypePrefix + type,
            Title = title,
            Detail = ShownText.Cut(detail, MaxDetail)
        };
        foreach (var (name, value) in more)
        {
            if (value is not null)
            {
                problem.Extensions[name] = value is string text ? ShownText.Cut(text, MaxMember) : value;
            }
        }

        return problem;
    }

    /// <summary>Returns the response for an exception; null if the exception is an error of this program.</summary>
    public static IResult? Answer(Exception exception, HttpResponse response)
    {
        if (Of(exception) is not { } problem)
        {
            return null;
        }

        if (exception is TasksOverloadedException overloaded)
        {
            response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(overloaded.RetryAfter.TotalSeconds))
                .ToString(CultureInfo.InvariantCulture);
        }
        else if (exception is TaskStorageException or InconsistentStateException)
        {
            response.Headers.RetryAfter = "5";
        }

        return Result(problem);
    }

    public static IResult Result(ProblemDetails problem) =>
        TypedResults.Json(problem, TaskJson.Options, "application/problem+json", problem.Status);

    /// <summary>Returns the response to a request that would delay the program's stop.</summary>
    public static ProblemDetails Stopping() => New(
        503, "stopping", "This program is stopping", "The request was cancelled because this program is stopping. It is not known whether "
            + "the request took effect; ask another program of the cluster.");

    /// <summary>Returns the response for an error of this program. Only the log contains the details.</summary>
    public static ProblemDetails Unexpected(Exception exception) => New(
        500, "unexpected", "An unexpected error occurred", $"The request failed with a {exception.GetType().Name}, which is unexpected. "
            + "See the program's log.");

    private static ProblemDetails? Of(Exception exception) => exception switch
    {
        ProblemException e => e.Problem,
        TaskNotFoundException e => New(404, "task-not-found", "No such task", e.Message, ("task", e.Task)),
        RunNotFoundException e => New(404, "run-not-found", "No such run", e.Message, ("task", e.Task), ("runId", e.RunId.ToString())),
        SiloNotFoundException e => New(404, "silo-not-found", "No such silo", e.Message, ("silo", e.Silo)),
        TaskArgumentException e =>
            New(400, "invalid-argument", "An argument does not fit", e.Message, ("task", e.Task), ("parameter", e.Parameter)),
        InvalidTaskException e => New(400, "invalid-task", "The task is not valid", e.Message, ("task", e.Task), ("errors", e.Faults)),
        ScheduleTooExpensiveException e => New(400, "schedule-too-expensive", "The schedule is too expensive to "
            + "compute", e.Reason, ("task", e.Task)),
        IdempotencyConflictException e => New(422, "idempotency-conflict", "The idempotency key was used for other work", e.Message,
            ("task", e.Task), ("runId", e.Run.ToString()), ("differences", e.Differences)),
        RequestForgottenException e =>
            New(409, "request-forgotten", "The request was repeated too late", e.Message, ("task", e.Task), ("runId", e.Run.ToString())),
        TaskConflictException e => New(409, "task-conflict", "The task's state does not allow it", e.Message, ("task", e.Task)),
        TaskCancelledException e => New(409, "task-cancelled", "The task was cancelled", e.Message, ("task", e.Task)),
        PayloadTooLargeException e => New(413, "too-large", "Too large", e.Message, ("task", e.Task), ("size", e.Size), ("limit", e.Limit)),
        SchedulerStoppedException e => New(503, "scheduler-stopped", "The scheduler is not started", e.Message, ("task", e.Task)),
        ClusterUnreachableException e => New(503, "cluster-unreachable", "The cluster is out of reach", e.Message),
        TasksOverloadedException e => New(503, "overloaded", "Too much is waiting", e.Message, ("task", e.Task)),
        TaskTimeoutException e => New(
            504, "timed-out", "The run timed out", e.Message, ("task", e.Task), ("runId", e.RunId.ToString()),
            ("timeout", e.Timeout.ToString("c"))),
        TaskStorageException e =>
            New(503, "storage-unavailable", "The storage of tasks cannot be used", e.Message, ("reason", e.InnerException?.Message)),
        InconsistentStateException e => New(503, "storage-unavailable", "The storage of tasks cannot be used", e.Message),
        TimeoutException or SiloUnavailableException or OrleansMessageRejectionException =>
            New(503, "cluster-unreachable", "The cluster is out of reach", exception.Message),
        BadHttpRequestException e => New(e.StatusCode, "bad-request", "The request could not be read", e.Message),
        _ => null,
    };
}
