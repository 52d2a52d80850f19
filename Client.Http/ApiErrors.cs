using System.Globalization;
using System.Text;
using System.Text.Json;
using OrleansTasks.Text;

namespace OrleansTasks.Client.Http;

/// <summary>Converts problem details (RFC 9457) of the server to the exceptions that a client of the cluster throws.</summary>
internal static class ApiErrors
{
    private const string TypePrefix = "urn:orleans-tasks:";

    public static Exception Of(ApiAnswer answer, Uri address)
    {
        if (Read(answer.Body) is not { } problem || Text(problem, "type") is not { } type)
        {
            return Unknown(answer, address);
        }

        var (task, detail) = (Text(problem, "task"), Text(problem, "detail") ?? Text(problem, "title") ?? "");
        var hasRun = RunId.TryParse(Text(problem, "runId"), null, out var run);
        return type.Replace(TypePrefix, "", StringComparison.Ordinal) switch
        {
            "task-not-found" when task is not null => new TaskNotFoundException(task),
            "run-not-found" when hasRun => new RunNotFoundException(run),
            "task-cancelled" when task is not null => new TaskCancelledException(task),
            "task-conflict" => new TaskConflictException(task, detail),
            "request-forgotten" when hasRun => new RequestForgottenException(run),
            "invalid-argument" => new TaskArgumentException(task, Text(problem, "parameter"), detail),
            "invalid-task" => new InvalidTaskException(task, Faults(problem, detail)),
            "too-large" => new PayloadTooLargeException(task, "request", Number(problem, "size"), Number(problem, "limit")),
            "timed-out" when hasRun && TimeSpan.TryParse(Text(problem, "timeout"), CultureInfo.InvariantCulture, out var timeout) =>
                new TaskTimeoutException(run, timeout),
            "scheduler-stopped" => new SchedulerStoppedException(task),
            "overloaded" => new TasksOverloadedException(task, detail, TimeSpan.FromSeconds(1)),
            "storage-unavailable" => new TaskStorageException(detail),
            "cluster-unreachable" or "stopping" => new ClusterUnreachableException(detail),
            _ => new TaskException(task, $"{address} answered {(int)answer.Status}: {detail}"),
        };
    }

    private static TaskException Unknown(ApiAnswer answer, Uri address) => new(
        null,
        $"{address} answered {(int)answer.Status} {answer.Status}. Check the base address and the credentials of the HTTP client. "
            + ShownText.Cut(Encoding.UTF8.GetString(answer.Body), 200));

    private static IReadOnlyList<string> Faults(JsonElement problem, string detail) =>
        problem.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array
            ? [.. errors.EnumerateArray().Select(static e => e.ToString())]
            : [detail];

    private static long Number(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : 0;

    private static string? Text(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement? Read(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
