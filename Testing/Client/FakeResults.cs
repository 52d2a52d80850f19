using OrleansTasks.Errors;

namespace OrleansTasks.Testing.Client;

/// <summary>Creates results as a cluster does.</summary>
internal static class FakeResults
{
    private const string Silo = "fake";

    /// <summary>Returns a result with a value. If the value is a result, only its run is replaced.</summary>
    public static TaskResult Of(RunId run, object? value, RunTrigger trigger, DateTimeOffset started, DateTimeOffset finished) =>
        value is TaskResult made
        ? made with { RunId = run }
        : Ended(run, RunStatus.Succeeded, trigger, started, finished) with { Json = value is null ? null : TaskJson.Write(value) };

    public static TaskResult Failed(RunId run, Exception e, RunTrigger trigger, DateTimeOffset started, DateTimeOffset finished) =>
        Ended(run, RunStatus.Failed, trigger, started, finished) with
        {
            Error = ExceptionText.MessageOf(e),
            ErrorType = ExceptionText.NameOf(e),
            Stack = e.ToString()
        };

    public static TaskResult Cancelled(RunId run, RunTrigger trigger, DateTimeOffset at) =>
        Ended(run, RunStatus.Cancelled, trigger, at, at) with
        {
            Error = "The run was stopped before it started.",
            StartedAt = null,
            Attempt = 0,
            Silo = null
        };

    private static TaskResult Ended(RunId run, RunStatus status, RunTrigger trigger, DateTimeOffset started, DateTimeOffset finished) =>
        new()
        {
            RunId = run,
            Status = status,
            Trigger = trigger,
            ScheduledAt = started,
            StartedAt = started,
            FinishedAt = finished,
            Attempt = 1,
            Silo = Silo,
        };
}
